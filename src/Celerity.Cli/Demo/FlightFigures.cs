namespace Celerity.Cli.Demo;

/// <summary>What a run took, from its start over HTTP to its result seen.</summary>
/// <param name="Seconds">The time.</param>
/// <param name="Records">Records read, rejected ones included.</param>
/// <param name="RecordsPerSecond">Their rate.</param>
/// <param name="Chunks">How many chunks they made.</param>
/// <param name="StorageRequestsPerChunk">All requests of the app to storage, divided by the chunks.</param>
/// <param name="PeakMemoryMegabytes">The resident memory, at its highest, of the process of the app that needed most.</param>
/// <param name="StorageRequests">The requests by kind.</param>
internal sealed record FlightFigures(
    double Seconds,
    long Records,
    double RecordsPerSecond,
    long Chunks,
    double StorageRequestsPerChunk,
    double PeakMemoryMegabytes,
    IReadOnlyDictionary<string, long> StorageRequests);
