using Celerity.LocalRuntime.Hosting;
using Celerity.LocalRuntime.Settings;
using Microsoft.Extensions.Configuration;

namespace Celerity.LocalRuntime.Queues.Concurrency;

/// <summary>The <c>concurrency</c> section of host.json, checked.</summary>
internal sealed record ConcurrencySettings
{
    private const int Unlimited = -1;

    /// <summary>Gets whether each function finds its own number of messages in flight; <c>batchSize</c> and <c>newBatchThreshold</c> then have no effect.</summary>
    public bool IsDynamic { get; init; }

    /// <summary>Gets whether the numbers found are kept over a restart.</summary>
    public bool KeepsSnapshot { get; init; } = true;

    /// <summary>Gets the most messages in flight for each function.</summary>
    public int MaximumPerFunction { get; init; } = 500;

    /// <summary>Gets the share of all processors, between 0 and 1, at which nothing more is started.</summary>
    public double CpuThreshold { get; init; } = 0.8;

    /// <exception cref="LocalStartException">A value cannot be read or is out of its range; the message names it.</exception>
    public static ConcurrencySettings Read(HostConfiguration host)
    {
        var section = host.Section("concurrency");
        var maximum = Value(section, "maximumFunctionConcurrency", 500, value => value is Unlimited or > 0, "a whole number above 0, or -1 for no limit");
        return new ConcurrencySettings
        {
            IsDynamic = Value(section, "dynamicConcurrencyEnabled", false, _ => true, "true or false"),
            KeepsSnapshot = Value(section, "snapshotPersistenceEnabled", true, _ => true, "true or false"),
            MaximumPerFunction = maximum == Unlimited ? int.MaxValue : maximum,
            CpuThreshold = Value(section, "cpuThreshold", 0.8, value => value is > 0 and < 1, "a number between 0 and 1, both excluded"),
        };
    }

    private static T Value<T>(IConfigurationSection section, string key, T absent, Func<T, bool> isValid, string expected)
    {
        var invalid = $"host.json: concurrency.{key} is \"{section[key]}\"; it must be {expected}.";
        try
        {
            var value = section.GetValue(key, absent)!;
            return isValid(value) ? value : throw new LocalStartException(invalid);
        }
        catch (InvalidOperationException unreadable)
        {
            throw new LocalStartException(invalid, unreadable);
        }
    }
}
