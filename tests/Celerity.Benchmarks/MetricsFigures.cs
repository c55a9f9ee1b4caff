namespace Celerity.Benchmarks;

/// <summary>What the metrics benchmark measured.</summary>
internal sealed record MetricsFigures
{
    public required int Tasks { get; init; }

    /// <summary>Gets the rates of the rounds with everything on, in their order.</summary>
    public required IReadOnlyList<double> TasksPerSecondOn { get; init; }

    /// <summary>Gets those with everything off, each measured beside the one of the same place.</summary>
    public required IReadOnlyList<double> TasksPerSecondOff { get; init; }

    /// <summary>Gets the processor seconds of the app in the rounds with everything on.</summary>
    public required IReadOnlyList<double> CpuSecondsOn { get; init; }

    /// <summary>Gets those with everything off.</summary>
    public required IReadOnlyList<double> CpuSecondsOff { get; init; }

    /// <summary>Gets the median of the pairs' ratios of rates, on to off.</summary>
    public double Ratio => MedianRatio(TasksPerSecondOn, TasksPerSecondOff);

    /// <summary>Gets that of processor time: on a busy machine the steadier of the two.</summary>
    public double CpuRatio => MedianRatio(CpuSecondsOn, CpuSecondsOff);

    private static double MedianRatio(IReadOnlyList<double> these, IReadOnlyList<double> those) =>
        these.Zip(those, (one, other) => one / other).Order().ElementAt(these.Count / 2);
}
