namespace Celerity.Benchmarks;

/// <summary>What the run benchmark measured at one level of tracking; of the median round where nothing else is said.</summary>
internal sealed record RunFigures
{
    public required string Level { get; init; }

    public required int Tasks { get; init; }

    /// <summary>Gets the rate from the first task's start to the last one's end, its outcome stored.</summary>
    public required double TasksPerSecond { get; init; }

    public required IReadOnlyList<double> AllTasksPerSecond { get; init; }

    public required double AppCpuSeconds { get; init; }

    public required double AzuriteCpuSeconds { get; init; }

    /// <summary>Gets the requests of the app for one task, its receives and deletes included; counted in a round of its own, through a proxy.</summary>
    public required double StorageRequestsPerTask { get; init; }
}
