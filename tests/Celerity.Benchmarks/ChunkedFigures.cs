namespace Celerity.Benchmarks;

/// <summary>What the chunked benchmark measured; of the median run where nothing else is said.</summary>
internal sealed record ChunkedFigures
{
    public required long Records { get; init; }

    public required long Chunks { get; init; }

    public required int Workers { get; init; }

    public required double Seconds { get; init; }

    public required IReadOnlyList<double> AllSeconds { get; init; }

    public required double ColdSeconds { get; init; }

    public required double RecordsPerSecond { get; init; }

    public required double AppCpuSeconds { get; init; }

    public required double AzuriteCpuSeconds { get; init; }

    public required double PeakMemoryMegabytes { get; init; }

    public required double StorageRequestsPerChunk { get; init; }

    public required IReadOnlyDictionary<string, long> StorageRequests { get; init; }

    public required bool IsRight { get; init; }
}
