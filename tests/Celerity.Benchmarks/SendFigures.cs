namespace Celerity.Benchmarks;

/// <summary>What the send benchmark measured at one level of tracking; of the median round where nothing else is said.</summary>
internal sealed record SendFigures
{
    public required string Level { get; init; }

    public required int Tasks { get; init; }

    /// <summary>Gets the rate from the call to its return: every task is on its queue, and its send row is stored where it has one.</summary>
    public required double TasksPerSecond { get; init; }

    public required IReadOnlyList<double> AllTasksPerSecond { get; init; }

    public required double SenderCpuSeconds { get; init; }

    /// <summary>Gets the requests for one task; counted in a round of its own, through a proxy.</summary>
    public required double StorageRequestsPerTask { get; init; }
}
