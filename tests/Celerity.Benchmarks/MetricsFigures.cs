namespace Celerity.Benchmarks;

/// <summary>What the metrics benchmark measured.</summary>
internal sealed record MetricsFigures
{
    public required int Tasks { get; init; }

    /// <summary>Gets the rates of the rounds with everything on, in their order.</summary>
    public required IReadOnlyList<double> TasksPerSecondOn { get; init; }

    /// <summary>Gets those with everything off, each measured beside the one of the same place.</summary>
    public required IReadOnlyList<double> TasksPerSecondOff { get; init; }

    /// <summary>Gets the median of the pairs' ratios, on to off.</summary>
    public double Ratio => TasksPerSecondOn.Zip(TasksPerSecondOff, (on, off) => on / off).Order().ElementAt(TasksPerSecondOn.Count / 2);
}
