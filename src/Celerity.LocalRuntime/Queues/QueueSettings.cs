using System.Globalization;
using Azure.Storage.Queues;
using Celerity.LocalRuntime.Hosting;
using Celerity.LocalRuntime.Settings;
using Microsoft.Extensions.Configuration;

namespace Celerity.LocalRuntime.Queues;

/// <summary>The <c>extensions.queues</c> section of host.json, checked.</summary>
internal sealed record QueueSettings
{
    private const int ServiceBatchLimit = 32;
    private static readonly TimeSpan DefaultMaxPollingInterval = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan DevelopmentMaxPollingInterval = TimeSpan.FromSeconds(2);

    /// <summary>Gets the number of messages asked for by one receive, for each function.</summary>
    public int BatchSize { get; init; } = 16;

    /// <summary>Gets the number of messages in flight at which the next batch is fetched.</summary>
    public int NewBatchThreshold { get; init; } = 8;

    /// <summary>Gets the ceiling of the back-off on an empty queue.</summary>
    public TimeSpan MaxPollingInterval { get; init; } = DefaultMaxPollingInterval;

    /// <summary>Gets the time for which a failed message stays hidden before its next attempt.</summary>
    public TimeSpan VisibilityTimeout { get; init; }

    /// <summary>Gets the number of attempts before a message goes to the poison queue.</summary>
    public int MaxDequeueCount { get; init; } = 5;

    /// <summary>Gets how message bodies stand in the queue, both ways.</summary>
    public QueueMessageEncoding MessageEncoding { get; init; } = QueueMessageEncoding.Base64;

    /// <summary>Reads and checks the section.</summary>
    /// <exception cref="LocalStartException">A value cannot be read or is out of its range; the message names it.</exception>
    public static QueueSettings Read(HostConfiguration host, bool isDevelopment, int processorCount)
    {
        var section = host.Extension("queues");
        var batchSize = ReadCount(section, "batchSize", 16, 1, ServiceBatchLimit);
        var maxPollingInterval = ReadTime(section, "maxPollingInterval", DefaultMaxPollingInterval, TimeSpan.FromMilliseconds(100));
        return new QueueSettings
        {
            BatchSize = batchSize,
            NewBatchThreshold = ReadCount(section, "newBatchThreshold", batchSize / 2 * processorCount, 0, int.MaxValue),
            // The host cannot tell a written default from an absent one, so neither do we.
            MaxPollingInterval = isDevelopment && maxPollingInterval == DefaultMaxPollingInterval
                ? DevelopmentMaxPollingInterval
                : maxPollingInterval,
            VisibilityTimeout = ReadTime(section, "visibilityTimeout", TimeSpan.Zero, TimeSpan.Zero),
            MaxDequeueCount = ReadCount(section, "maxDequeueCount", 5, 1, int.MaxValue),
            MessageEncoding = ReadEncoding(section),
        };
    }

    private static int ReadCount(IConfigurationSection section, string key, int absent, int min, int max)
    {
        if (section[key] is not { } text)
        {
            return absent;
        }

        return int.TryParse(text, NumberStyles.Integer, CultureInfo.InvariantCulture, out var value) && value >= min && value <= max
            ? value
            : throw Invalid(key, text, max == int.MaxValue ? $"a whole number, at least {min}" : $"a whole number from {min} to {max}");
    }

    private static TimeSpan ReadTime(IConfigurationSection section, string key, TimeSpan absent, TimeSpan min)
    {
        if (section[key] is not { } text)
        {
            return absent;
        }

        return TimeSpan.TryParse(text, CultureInfo.InvariantCulture, out var value) && value >= min
            ? value
            : throw Invalid(key, text, $"a time \"hh:mm:ss\", at least {min:c}");
    }

    private static QueueMessageEncoding ReadEncoding(IConfigurationSection section) => section["messageEncoding"] switch
    {
        null => QueueMessageEncoding.Base64,
        var text when text.Equals("base64", StringComparison.OrdinalIgnoreCase) => QueueMessageEncoding.Base64,
        var text when text.Equals("none", StringComparison.OrdinalIgnoreCase) => QueueMessageEncoding.None,
        var text => throw Invalid("messageEncoding", text, "\"base64\" or \"none\""),
    };

    private static LocalStartException Invalid(string key, string found, string expected) =>
        new($"host.json: extensions.queues.{key} is \"{found}\"; it must be {expected}. " +
            $"(Application settings override host.json: AzureFunctionsJobHost__extensions__queues__{key}.)");
}
