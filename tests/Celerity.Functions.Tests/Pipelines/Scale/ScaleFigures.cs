namespace Celerity.Functions.Tests.Pipelines.Scale;

/// <summary>What a simulated run came to.</summary>
/// <param name="Chunks">How many chunks.</param>
/// <param name="Result">What the pipeline returned: one record a chunk.</param>
/// <param name="HistoryEvents">The longest history that any execution of each orchestration instance had.</param>
/// <param name="Calls">Calls to the storage.</param>
/// <param name="RootRows">Rows of the ledger's root that were read.</param>
/// <param name="PageRows">Rows of the ledger's pages that were read.</param>
/// <param name="VirtualTime">How long it took by its own clock.</param>
internal sealed record ScaleFigures(
    int Chunks, long Result, IReadOnlyDictionary<string, int> HistoryEvents, long Calls, long RootRows, long PageRows, TimeSpan VirtualTime)
{
    public int MaxHistoryEvents => HistoryEvents.Values.Max();

    public double CallsPerChunk => (double)Calls / Chunks;
}
