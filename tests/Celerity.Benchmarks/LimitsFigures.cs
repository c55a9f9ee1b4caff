namespace Celerity.Benchmarks;

/// <summary>What the limits benchmark measured.</summary>
internal sealed record LimitsFigures
{
    public required int Processes { get; init; }

    /// <summary>Gets how many tasks were sent per second.</summary>
    public required double Offered { get; init; }

    /// <summary>Gets how many tasks started per second, over the seconds measured.</summary>
    public required double PerSecond { get; init; }

    public required double Seconds { get; init; }

    /// <summary>Gets how many tasks more than the rate started in the worst time span; the limit's burst is the most there may be.</summary>
    public required double WorstBurst { get; init; }

    public required int Burst { get; init; }

    /// <summary>Gets how many requests for the limit each started task cost.</summary>
    public required double RequestsPerTask { get; init; }

    /// <summary>Gets how often a task was deferred, per started task.</summary>
    public required double DeferralsPerTask { get; init; }

    /// <summary>Gets how many tasks each process started.</summary>
    public required IReadOnlyList<int> StartsByProcess { get; init; }
}
