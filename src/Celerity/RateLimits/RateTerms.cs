namespace Celerity.RateLimits;

/// <summary>
/// How a limit's burst is spent, so that all instances together never start more than it at once: part lies in the shared bucket, part travels
/// with the shares of the instances, and part allows for starts that are late for the instant they have reserved.
/// </summary>
/// <param name="Limit">The limit.</param>
internal readonly record struct RateTerms(RateLimit Limit)
{
    /// <summary>How long a share lasts.</summary>
    public static readonly TimeSpan ShareTime = TimeSpan.FromSeconds(5);

    private const int LeastTasksOfAShare = 20;
    private const int LeastBurstOfShares = 8;

    /// <summary>Gets whether instances take shares of the rate; a slow limit, or one with a small burst, hands out instants only.</summary>
    public bool HasShares => Limit.PerSecond * ShareTime.TotalSeconds >= LeastTasksOfAShare && Limit.Burst >= LeastBurstOfShares;

    /// <summary>Gets how many tokens may lie in all shares together.</summary>
    public double ShareTokens => HasShares ? Limit.Burst / 4.0 : 0;

    /// <summary>Gets how many tokens the shared bucket holds.</summary>
    public double Capacity => Math.Max(1, Limit.Burst - LateTokens - ShareTokens);

    /// <summary>Gets the smallest share, which has room for one token.</summary>
    public double LeastShare => ShareTokens > 0 ? Limit.PerSecond / ShareTokens : double.MaxValue;

    /// <summary>Gets how late a task may start for the instant that it has reserved. Later it reserves another.</summary>
    public TimeSpan MostLate => TimeSpan.FromSeconds(LateTokens / Limit.PerSecond);

    // Of a burst of one: no two starts come closer than half the interval.
    private double LateTokens => Limit.Burst == 1 ? 0.5 : Limit.Burst / 4.0;
}
