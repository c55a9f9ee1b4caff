namespace Celerity.RateLimits;

/// <summary>
/// How a limit's burst is spent, so that all instances together never start more than it at once: part lies in the shared bucket, part travels
/// with the shares of the instances, and part allows for starts that are late for the instant they have reserved.
/// </summary>
/// <param name="Limit">The limit.</param>
/// <param name="Cost">What each task takes of it, at most its burst.</param>
internal readonly record struct RateTerms(RateLimit Limit, int Cost)
{
    /// <summary>How long a share lasts.</summary>
    public static readonly TimeSpan ShareTime = TimeSpan.FromSeconds(5);

    private const int LeastTasksOfAShare = 20;
    private const int LeastShares = 2;

    /// <summary>Gets whether instances take shares of the rate; a slow limit, or one with a small burst, hands out instants only.</summary>
    public bool HasShares => Limit.PerSecond * ShareTime.TotalSeconds >= LeastTasksOfAShare * Cost && Limit.Burst / 4.0 >= LeastShares * Cost;

    /// <summary>Gets how many tokens may lie in all shares together.</summary>
    public double ShareTokens => HasShares ? Limit.Burst / 4.0 : 0;

    /// <summary>Gets how many tokens the shared bucket holds.</summary>
    public double Capacity => Math.Max(1, Limit.Burst - ShareTokens - (Limit.Burst > Cost ? LateTokens : 0));

    /// <summary>Gets the smallest share, which has room for one task.</summary>
    public double LeastShare => ShareTokens > 0 ? Limit.PerSecond * Cost / ShareTokens : double.MaxValue;

    /// <summary>Gets how late a task may start for the instant that it has reserved. Later it reserves another.</summary>
    public TimeSpan MostLate => TimeSpan.FromSeconds(LateTokens / Limit.PerSecond);

    // Where a burst is one task there is no room: then no two starts come closer than half their interval.
    private double LateTokens => Limit.Burst > Cost ? Math.Min(Limit.Burst / 4.0, Limit.Burst - Cost) : Cost / 2.0;
}
