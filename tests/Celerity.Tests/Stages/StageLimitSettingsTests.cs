using Celerity.Stages;
using Microsoft.Extensions.Configuration;
using Xunit;

namespace Celerity.Tests.Stages;

/// <summary>What limits a stage: its attribute, and configuration over it.</summary>
public sealed class StageLimitSettingsTests
{
    [Theory]
    [InlineData("RateLimit", "fast", "a count, a slash")]
    [InlineData("RateCost", "51", "at least what one task costs")]
    [InlineData("Concurrency", "0", "1 to 1,000 slots")]
    [InlineData("Circuit", "no spaces", "1 to 100 of letters")]
    [InlineData("TimeLimit", "2.00:00:00", "1.00:00:00")]
    [InlineData("Queue", "celerity-high", "is no setting of a stage")]
    public void Settings_OutOfRange_NameKeyValueAndFix(string setting, string value, string fix)
    {
        var limits = new StageLimits();
        var configuration = Configuration(("Celerity:Stages:SumStage:RateLimit", "50/s"), ("Celerity:Stages:ChunksPerSlice", "3"));
        configuration[$"Celerity:Stages:SumStage:{setting}"] = value;
        limits.Use(configuration, longestTimeLimit: null);

        var exception = Assert.Throws<CelerityException>(() => limits.Add(typeof(SumStage)));

        Assert.Equal(ErrorCodes.SettingOutOfRange, exception.Code);
        Assert.Contains("Celerity:Stages:SumStage:", exception.Message, StringComparison.Ordinal);
        Assert.Contains(fix, exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Settings_OfNoStage_StopTheStart()
    {
        var limits = new StageLimits();
        limits.Use(Configuration(("Celerity:Stages:SumStag:RateLimit", "50/s")), longestTimeLimit: null);
        limits.Add(typeof(SumStage));

        Assert.Equal(ErrorCodes.UnknownStage, Assert.Throws<CelerityException>(limits.Check).Code);
    }

    [Fact]
    public void Settings_ConfigurationGoesOverTheAttribute()
    {
        var limits = new StageLimits();
        limits.Use(Configuration(("Celerity:Stages:MarkedStage:RateLimit", "7/s")), longestTimeLimit: TimeSpan.FromMinutes(5));
        limits.Add(typeof(MarkedStage));
        limits.Check();

        var settings = limits.Of(nameof(MarkedStage));
        Assert.Equal((7.0, 2, "geocoder", TimeSpan.FromMinutes(5)), (settings.RateLimit!.PerSecond, settings.Concurrency!.Value, settings.Circuit, settings.TimeLimit));
        Assert.Equal(["geocoder"], limits.Circuits);
    }

    private static IConfiguration Configuration(params (string Key, string Value)[] settings) =>
        new ConfigurationBuilder().AddInMemoryCollection(settings.Select(setting => new KeyValuePair<string, string?>(setting.Key, setting.Value))).Build();

    [CelerityStage(RateLimit = "3/s", Concurrency = 2, Circuit = "geocoder")]
    private sealed class MarkedStage;
}
