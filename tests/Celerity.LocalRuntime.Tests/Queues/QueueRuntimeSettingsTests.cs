using Celerity.LocalRuntime.Hosting;
using Celerity.LocalRuntime.Queues;
using Microsoft.Extensions.Configuration;
using Xunit;

namespace Celerity.LocalRuntime.Tests.Queues;

public sealed class QueueRuntimeSettingsTests
{
    [Fact]
    public void Read_NothingSet_IsTheHostsLeaseWithWaking() =>
        Assert.Equal(new QueueRuntimeSettings { Lease = TimeSpan.FromMinutes(10), WakeOnSend = true }, Read());

    [Fact]
    public void Read_AllSet_IsWhatIsSet() =>
        Assert.Equal(
            new QueueRuntimeSettings { Lease = TimeSpan.FromSeconds(5), WakeOnSend = false },
            Read(("LocalRuntime:QueueLease", "00:00:05"), ("LocalRuntime:WakeOnSend", "False")));

    [Theory]
    [InlineData("LocalRuntime:QueueLease", "00:00:00.5")]
    [InlineData("LocalRuntime:QueueLease", "8.00:00:00")]
    [InlineData("LocalRuntime:QueueLease", "long")]
    [InlineData("LocalRuntime:WakeOnSend", "maybe")]
    public void Read_NotReadableOrOutOfRange_ThrowsWithKeyAndValue(string key, string value)
    {
        var failure = Assert.Throws<LocalStartException>(() => Read((key, value)));

        Assert.Contains($"{key} is \"{value}\"", failure.Message, StringComparison.Ordinal);
    }

    private static QueueRuntimeSettings Read(params (string Key, string Value)[] entries) => QueueRuntimeSettings.Read(
        new ConfigurationBuilder().AddInMemoryCollection(entries.ToDictionary(entry => entry.Key, string? (entry) => entry.Value)).Build()
            .GetSection("LocalRuntime"));
}
