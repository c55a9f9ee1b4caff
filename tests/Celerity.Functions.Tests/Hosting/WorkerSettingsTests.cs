using Celerity.Functions.Hosting;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging;
using Xunit;

namespace Celerity.Functions.Tests.Hosting;

/// <summary>The settings of a worker: each wrong value is named.</summary>
public sealed class WorkerSettingsTests
{
    [Theory]
    [InlineData("PackParallelism", "0", "is 0; it must be 1 to 1000.")]
    [InlineData("TaskLogLevel", "17", "is 17; it must be the name of a level, or None for no lines.")]
    [InlineData("RecycleAfterTasks", "0", "is 0; it must be 1 or more. Leave it out for never.")]
    [InlineData("RecycleAboveMegabytes", "63", "is 63; it must be 64 or more. Leave it out for never.")]
    [InlineData("RecycleAfter", "00:00:59", "is 00:00:59; it must be 00:01:00 to 365.00:00:00. Leave it out for never.")]
    [InlineData("RecycleAboveZombies", "-1", "is -1; it must be 0 or more.")]
    [InlineData("RecycleGrace", "1.00:00:01", "is 1.00:00:01; it must be 00:00:00 to 1.00:00:00.")]
    public void Value_OutOfRange_IsNamed(string setting, string value, string words)
    {
        var exception = Assert.Throws<CelerityException>(() => WorkerSettings.Read(Configuration((setting, value))));

        Assert.StartsWith($"CEL0308: Celerity:Worker:{setting} {words}", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Values_InRange_AreRead()
    {
        var options = WorkerSettings.Read(Configuration(("RecycleAfterTasks", "1000"), ("RecycleAfter", "12:00:00")));

        Assert.Equal((1000, TimeSpan.FromHours(12), null, 5), (options.RecycleAfterTasks, options.RecycleAfter, options.RecycleAboveMegabytes, options.RecycleAboveZombies));
        Assert.Null(WorkerSettings.Read(Configuration()).RecycleAfterTasks);
        Assert.Equal((LogLevel.None, LogLevel.Information), (WorkerSettings.Read(Configuration(("TaskLogLevel", "None"))).TaskLogLevel, WorkerSettings.Read(Configuration()).TaskLogLevel));
    }

    private static IConfigurationRoot Configuration(params (string Setting, string Value)[] settings) => new ConfigurationBuilder()
        .AddInMemoryCollection(settings.Select(setting => KeyValuePair.Create($"Celerity:Worker:{setting.Setting}", (string?)setting.Value))).Build();
}
