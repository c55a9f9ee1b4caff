using Celerity.Celery;
using Celerity.Functions.Hosting;
using Celerity.Tasks.Sending;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Xunit;

namespace Celerity.Functions.Tests.Hosting;

/// <summary><c>Celerity:Celery</c> from configuration.</summary>
public sealed class CelerySettingsTests
{
    [Fact]
    public void Bind_AllSettings_AreTaken()
    {
        var options = Bind(("Results", "true"), ("Queues:0", "celery"), ("Queues:1", "my_prio.queue"));

        Assert.True(options.Results);
        Assert.Equal(["celery", "my_prio.queue"], options.Queues);
    }

    [Fact]
    public void Bind_Nothing_IsOff()
    {
        var options = Bind();

        Assert.False(options.Results);
        Assert.Empty(options.Queues);
    }

    [Theory]
    [InlineData("Results", "perhaps", "Celerity:Celery:Results")]
    [InlineData("Queues:0", "x", "Celerity:Celery:Queues:0 is 'x', on storage 'x'; it must be 3 to 63")]
    [InlineData("Queues:0", "celerity_default", "Celerity:Celery:Queues:0 is 'celerity_default', on storage 'celerity-default'")]
    public void Bind_WrongSetting_IsRefusedByName(string setting, string value, string message)
    {
        var thrown = Assert.Throws<CelerityException>(() => Bind((setting, value)));

        Assert.Equal("CEL0308", thrown.Code);
        Assert.Contains(message, thrown.Message, StringComparison.Ordinal);
    }

    private static CeleryOptions Bind(params (string Setting, string Value)[] settings)
    {
        var configuration = new ConfigurationBuilder()
            .AddInMemoryCollection(settings.Select(setting => new KeyValuePair<string, string?>($"Celerity:Celery:{setting.Setting}", setting.Value)))
            .Build();
        var services = new ServiceCollection();
        _ = services.GetOrAddInstance<TaskQueues>();
        CelerySettings.Bind(configuration, services);
        return services.BuildServiceProvider().GetRequiredService<IOptions<CeleryOptions>>().Value;
    }
}
