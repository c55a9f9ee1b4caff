using Celerity.Functions.Tests.Pipelines.Scale;

namespace Celerity.Benchmarks;

/// <summary>What a simulated run took, and whether it is what was promised.</summary>
/// <param name="Run">The run.</param>
/// <param name="PeakMegabytes">The most memory that was resident at once in the process, the storage in it included.</param>
/// <param name="Seconds">How long it took.</param>
internal sealed record MillionFigures(ScaleFigures Run, double PeakMegabytes, double Seconds)
{
    public const int EventsLimit = 200;
    public const double MegabytesLimit = 500;

    public bool IsWithinLimits => Run.Result == Run.Chunks && Run.MaxHistoryEvents is > 0 and <= EventsLimit && PeakMegabytes < MegabytesLimit;
}
