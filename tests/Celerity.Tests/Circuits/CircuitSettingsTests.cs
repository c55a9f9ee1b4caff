using Celerity.Circuits;
using Celerity.Tasks;
using Celerity.Tests.Tasks;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Celerity.Tests.Circuits;

/// <summary>A circuit's settings, and which circuits there are.</summary>
public sealed class CircuitSettingsTests
{
    private readonly ServiceCollection _services = [];

    [Theory]
    [InlineData("FailureRatio", "1.5", "Celerity:Circuits:geocoder:FailureRatio is 1.5; it must be 0 to 1.")]
    [InlineData("FailureRatio", "half", "Celerity:Circuits:geocoder:FailureRatio is \"half\", which cannot be read.")]
    [InlineData("FailureRatio", "NaN", "Celerity:Circuits:geocoder:FailureRatio is NaN; it must be 0 to 1.")]
    [InlineData("MinimumThroughput", "1", "Celerity:Circuits:geocoder:MinimumThroughput is 1; it must be 2 to 100,000.")]
    [InlineData("SamplingDuration", "30", "Celerity:Circuits:geocoder:SamplingDuration is \"30\", which cannot be read. Times are written as 00:00:30")]
    [InlineData("BreakDuration", "00:00:00", "Celerity:Circuits:geocoder:BreakDuration is 00:00:00; it must be 00:00:01 to 1.00:00:00.")]
    [InlineData("MaxBreakDuration", "00:00:29", "Celerity:Circuits:geocoder:MaxBreakDuration is 00:00:29; it must be 00:00:30 to 1.00:00:00.")]
    [InlineData("Probes", "11", "Celerity:Circuits:geocoder:Probes is 11; it must be 1 to 10.")]
    [InlineData("Retries", "1", "Celerity:Circuits:geocoder:Retries is no setting of a circuit. There are FailureRatio, MinimumThroughput,")]
    public void Configuration_WrongValue_IsNamedWithItsKeyAndRange(string setting, string value, string words)
    {
        var exception = Assert.Throws<CelerityException>(() => Use(($"Celerity:Circuits:geocoder:{setting}", value)));

        Assert.Equal(ErrorCodes.SettingOutOfRange, exception.Code);
        Assert.Contains(words, exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Configuration_IsFoundByTheNameAsTasksWriteIt()
    {
        Use(("Celerity:Circuits:GEOCODER:Probes", "7"));

        Assert.Equal(7, Circuits().OptionsOf("geocoder").Probes);
        Assert.Equal(3, Circuits().OptionsOf("other").Probes);
        Assert.Equal(["Geocoder"], Tasks().Circuits);
    }

    [Fact]
    public void Check_SectionOfACircuitThatNoTaskNames_IsRefused()
    {
        Use(("Celerity:Circuits:geocodr:Probes", "7"));

        var exception = Assert.Throws<CelerityException>(() => Circuits().Check(Tasks()));

        Assert.StartsWith(
            "CEL0260: Celerity:Circuits:geocodr sets a circuit that neither a task nor a stage names. They name Geocoder.", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Check_CircuitOfATaskThatIsSetByConfiguration_IsKnown()
    {
        Use(("Celerity:Circuits:maps:Probes", "7"), ("Celerity:Tasks:test.echo:Circuit", "maps"));
        _services.AddCelerityHandler(typeof(EchoHandler));

        Circuits().Check(Tasks());
        Assert.Equal("maps", Tasks().Get("test.echo").Settings.Circuit);
    }

    [Fact]
    public void Task_WithACircuitThatIsNoName_IsRefused()
    {
        var exception = Assert.Throws<CelerityException>(() =>
        {
            Use(("Celerity:Tasks:test.echo:Circuit", "a b"));
            _services.AddCelerityHandler(typeof(EchoHandler));
        });

        Assert.Contains("Celerity:Tasks:test.echo:Circuit is \"a b\"; it must be 1 to 100 of letters, digits, '.', '_' and '-', or empty for none.", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Circuit_CannotBeChangedAtRunTime()
    {
        Use();

        var exception = Assert.Throws<CelerityException>(() => Tasks().SettingsWith(Tasks().Get("test.geocode"), new Dictionary<string, string> { ["Circuit"] = "maps" }));

        Assert.StartsWith("CEL0308: Circuit cannot be changed while the app runs.", exception.Message, StringComparison.Ordinal);
    }

    private CircuitRegistry Circuits() => Find<CircuitRegistry>();

    private TaskRegistry Tasks() => Find<TaskRegistry>();

    private T Find<T>() => (T)_services.Single(service => service.ServiceType == typeof(T)).ImplementationInstance!;

    private void Use(params (string Key, string Value)[] settings)
    {
        var configuration = new ConfigurationBuilder()
            .AddInMemoryCollection(settings.Select(setting => KeyValuePair.Create(setting.Key, (string?)setting.Value))).Build();
        _services.UseCelerityTaskSettings(configuration, longestTimeLimit: null);
        _services.AddCelerityHandler(typeof(CircuitHandler));
    }
}
