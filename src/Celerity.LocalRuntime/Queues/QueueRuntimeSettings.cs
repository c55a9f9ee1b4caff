using System.Globalization;
using Celerity.LocalRuntime.Hosting;
using Microsoft.Extensions.Configuration;

namespace Celerity.LocalRuntime.Queues;

/// <summary>What this runtime lets one set that the host keeps fixed: the <c>LocalRuntime</c> section.</summary>
internal sealed record QueueRuntimeSettings
{
    private const string LeaseKey = "QueueLease";
    private const string WakeKey = "WakeOnSend";
    private static readonly TimeSpan MinLease = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan MaxLease = TimeSpan.FromDays(7);

    /// <summary>Gets how long a received message stays hidden unless it is renewed: 10 minutes, as on the host.</summary>
    public TimeSpan Lease { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>Gets whether a send from this machine wakes the queue's listener.</summary>
    public bool WakeOnSend { get; init; } = true;

    /// <summary>Gets whether listeners look for messages by the host's rules. If not, something wakes them for every message: tests on a virtual clock.</summary>
    public bool Polls { get; init; } = true;

    /// <exception cref="LocalStartException">A value cannot be read or is out of its range; the message names it.</exception>
    public static QueueRuntimeSettings Read(IConfigurationSection section)
    {
        var settings = new QueueRuntimeSettings();
        if (section[LeaseKey] is { } leaseText)
        {
            settings = TimeSpan.TryParse(leaseText, CultureInfo.InvariantCulture, out var lease) && lease >= MinLease && lease <= MaxLease
                ? settings with { Lease = lease }
                : throw new LocalStartException(
                    $"LocalRuntime:{LeaseKey} is \"{leaseText}\"; it must be a time \"hh:mm:ss\" from {MinLease:c} to {MaxLease:c}.");
        }

        if (section[WakeKey] is { } wakeText)
        {
            settings = bool.TryParse(wakeText, out var wake)
                ? settings with { WakeOnSend = wake }
                : throw new LocalStartException($"LocalRuntime:{WakeKey} is \"{wakeText}\"; it must be \"true\" or \"false\".");
        }

        return settings;
    }
}
