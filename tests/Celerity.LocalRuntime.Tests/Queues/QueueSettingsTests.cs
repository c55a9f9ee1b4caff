using Azure.Storage.Queues;
using Celerity.LocalRuntime.Hosting;
using Celerity.LocalRuntime.Queues;
using Celerity.LocalRuntime.Settings;
using Microsoft.Extensions.Configuration;
using Xunit;

namespace Celerity.LocalRuntime.Tests.Queues;

public sealed class QueueSettingsTests
{
    [Fact]
    public void Read_NothingSet_IsTheHostsDefaults()
    {
        var settings = Read([], isDevelopment: false, processorCount: 1);

        Assert.Equal(
            new QueueSettings
            {
                BatchSize = 16,
                NewBatchThreshold = 8,
                MaxPollingInterval = TimeSpan.FromMinutes(1),
                VisibilityTimeout = TimeSpan.Zero,
                MaxDequeueCount = 5,
                MessageEncoding = QueueMessageEncoding.Base64,
            },
            settings);
    }

    [Theory]
    [InlineData("16", 1, 8)]
    [InlineData("16", 4, 32)]
    [InlineData("5", 3, 6)]
    [InlineData("1", 8, 0)]
    public void Read_ThresholdUnset_FollowsBatchSizeAndProcessors(string batchSize, int processors, int expected) =>
        Assert.Equal(expected, Read([("batchSize", batchSize)], processorCount: processors).NewBatchThreshold);

    [Fact]
    public void Read_AllSet_IsWhatIsSet()
    {
        var settings = Read(
        [
            ("batchSize", "32"), ("newBatchThreshold", "0"), ("maxPollingInterval", "00:00:00.250"),
            ("visibilityTimeout", "00:00:30"), ("maxDequeueCount", "20"), ("messageEncoding", "None"),
        ]);

        Assert.Equal(
            new QueueSettings
            {
                BatchSize = 32,
                NewBatchThreshold = 0,
                MaxPollingInterval = TimeSpan.FromMilliseconds(250),
                VisibilityTimeout = TimeSpan.FromSeconds(30),
                MaxDequeueCount = 20,
                MessageEncoding = QueueMessageEncoding.None,
            },
            settings);
    }

    [Theory]
    [InlineData(null, "00:00:02")]
    [InlineData("00:01:00", "00:00:02")]
    [InlineData("00:00:30", "00:00:30")]
    [InlineData("00:00:00.1", "00:00:00.1")]
    public void Read_Development_LowersOnlyTheDefaultPollingInterval(string? configured, string expected) =>
        Assert.Equal(
            TimeSpan.Parse(expected, null),
            Read(configured is null ? [] : [("maxPollingInterval", configured)], isDevelopment: true).MaxPollingInterval);

    [Theory]
    [InlineData("batchSize", "0", "from 1 to 32")]
    [InlineData("batchSize", "33", "from 1 to 32")]
    [InlineData("batchSize", "many", "from 1 to 32")]
    [InlineData("newBatchThreshold", "-1", "at least 0")]
    [InlineData("maxPollingInterval", "00:00:00.099", "at least 00:00:00.1")]
    [InlineData("maxPollingInterval", "soon", "hh:mm:ss")]
    [InlineData("visibilityTimeout", "-00:00:01", "at least 00:00:00")]
    [InlineData("maxDequeueCount", "0", "at least 1")]
    [InlineData("messageEncoding", "utf8", "\"base64\" or \"none\"")]
    public void Read_OutOfRange_ThrowsWithKeyValueAndRange(string key, string value, string range)
    {
        var failure = Assert.Throws<LocalStartException>(() => Read([(key, value)]));

        Assert.Contains($"extensions.queues.{key} is \"{value}\"", failure.Message, StringComparison.Ordinal);
        Assert.Contains(range, failure.Message, StringComparison.Ordinal);
    }

    private static QueueSettings Read((string Key, string Value)[] entries, bool isDevelopment = false, int processorCount = 2) =>
        Read("AzureFunctionsJobHost:extensions:queues:", entries, isDevelopment, processorCount);

    private static QueueSettings Read(string prefix, (string Key, string Value)[] entries, bool isDevelopment = false, int processorCount = 2)
    {
        var app = new ConfigurationBuilder()
            .AddInMemoryCollection(entries.ToDictionary(entry => prefix + entry.Key, string? (entry) => entry.Value))
            .Build();
        return QueueSettings.Read(HostConfiguration.Load(path: null, app), isDevelopment, processorCount);
    }
}
