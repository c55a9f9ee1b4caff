namespace Celerity;

/// <summary>How many chunks and records end in a second.</summary>
/// <param name="ChunksPerSecond">Chunks in a second, to three decimals.</param>
/// <param name="RecordsPerSecond">Records in a second, to three decimals.</param>
public sealed record StageRateView(double ChunksPerSecond, double RecordsPerSecond);
