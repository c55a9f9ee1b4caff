namespace Celerity.Benchmarks;

/// <summary>What the memory benchmark measured, and whether it is what was promised.</summary>
/// <param name="Some">The smaller run.</param>
/// <param name="All">The run over every record.</param>
internal sealed record MemoryFigures(MemoryRun Some, MemoryRun All)
{
    public const double MegabytesLimit = 300;
    public const double RatioLimit = 1.2;

    /// <summary>Gets by what factor the memory grew from the smaller run to the larger.</summary>
    public double Ratio => Math.Round(All.PeakMemoryMegabytes / Some.PeakMemoryMegabytes, 3);

    public bool IsWithinLimits => All.PeakMemoryMegabytes <= MegabytesLimit && Ratio <= RatioLimit;
}

/// <summary>One run in a fresh process.</summary>
/// <param name="Records">How many records.</param>
/// <param name="Seconds">From its start over HTTP to its result.</param>
/// <param name="PeakMemoryMegabytes">The most memory that was resident at once.</param>
/// <param name="IsRight">Whether the aggregate is right.</param>
internal sealed record MemoryRun(int Records, double Seconds, double PeakMemoryMegabytes, bool IsRight);
