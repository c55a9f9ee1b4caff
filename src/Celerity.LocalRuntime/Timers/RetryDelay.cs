using System.Globalization;
using Microsoft.Azure.Functions.Worker;

namespace Celerity.LocalRuntime.Timers;

/// <summary>How long a retry attribute waits before an attempt.</summary>
internal static class RetryDelay
{
    /// <summary>Returns the wait before retry number <paramref name="attempt"/> (from 1); <paramref name="random"/> is in [0, 1).</summary>
    public static TimeSpan For(RetryAttribute retry, int attempt, double random)
    {
        switch (retry)
        {
            case FixedDelayRetryAttribute fixedDelay:
                return Parse(fixedDelay.DelayInterval);
            case ExponentialBackoffRetryAttribute exponential:
                var (minimum, maximum) = (Parse(exponential.MinimumInterval), Parse(exponential.MaximumInterval));
                var growth = (Math.Pow(2, Math.Min(attempt, 30) - 1) - 1) * (0.8 + (random * 0.4));
                var delay = minimum.TotalMilliseconds * (1 + growth);
                return delay < maximum.TotalMilliseconds ? TimeSpan.FromMilliseconds(delay) : maximum;
            default:
                throw new NotSupportedException($"{retry.GetType().Name} is no retry strategy of the local runtime.");
        }
    }

    private static TimeSpan Parse(string interval) => TimeSpan.Parse(interval, CultureInfo.InvariantCulture);
}
