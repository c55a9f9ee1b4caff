namespace Celerity.Circuits;

/// <summary>What a circuit is set to, as <c>Celerity:Circuits:{name}</c>.</summary>
internal sealed class CircuitOptions
{
    public const double DefaultFailureRatio = 0.5;

    private static readonly TimeSpan LongestBreak = TimeSpan.FromMinutes(10);

    /// <summary>Gets or sets the share of failed attempts, 0 to 1, from which on it opens.</summary>
    public double FailureRatio { get; set; } = DefaultFailureRatio;

    /// <summary>Gets or sets how many attempts an instance must have seen before it judges, 2 to 100,000.</summary>
    public int MinimumThroughput { get; set; } = 20;

    /// <summary>Gets or sets the time over which an instance counts attempts, 1 second to 1 day.</summary>
    public TimeSpan SamplingDuration { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>Gets or sets how long it is open at first, 1 second to 1 day; doubled each time its probes fail.</summary>
    public TimeSpan BreakDuration { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>Gets or sets the longest it is open before it is probed again; <see langword="null"/> for 10 minutes, or the break itself where that is longer.</summary>
    public TimeSpan? MaxBreakDuration { get; set; }

    /// <summary>Gets or sets how many probes must succeed before it closes, 1 to 10.</summary>
    public int Probes { get; set; } = 3;

    /// <summary>How long it is open when it has opened so often in a row.</summary>
    public TimeSpan BreakOf(int openings)
    {
        var longest = MaxBreakDuration ?? (BreakDuration > LongestBreak ? BreakDuration : LongestBreak);
        return TimeSpan.FromSeconds(Math.Min(longest.TotalSeconds, BreakDuration.TotalSeconds * Math.Pow(2, openings - 1)));
    }
}
