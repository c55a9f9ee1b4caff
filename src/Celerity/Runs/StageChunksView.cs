namespace Celerity.Runs;

/// <summary>Which chunks of a stage have ended.</summary>
/// <param name="Chunks">How many the stage has.</param>
/// <param name="Cells">Ranges of them, in order, all of one size but the last.</param>
internal sealed record StageChunksView(int Chunks, IReadOnlyList<ChunkRange> Cells);

/// <summary>A range of chunks.</summary>
/// <param name="From">Its first chunk.</param>
/// <param name="To">Its last chunk.</param>
/// <param name="Done">How many of them have ended, dead ones included.</param>
/// <param name="Failed">How many of them ended as dead letters.</param>
/// <param name="Rejected">How many of their records were rejected.</param>
internal sealed record ChunkRange(int From, int To, int Done, int Failed, long Rejected);
