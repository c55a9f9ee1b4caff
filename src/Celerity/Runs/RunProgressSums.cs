namespace Celerity.Runs;

/// <summary>Adds up how far stages are.</summary>
internal static class RunProgressSums
{
    public static RunProgressView None { get; } = new(0, 0, 0, 0, 0, 0);

    public static RunProgressView Plus(this RunProgressView left, RunProgressView right) => new(
        left.ChunksDone + right.ChunksDone,
        left.ChunksTotal + right.ChunksTotal,
        left.ChunksFailed + right.ChunksFailed,
        left.RecordsDone + right.RecordsDone,
        left.RecordsTotal + right.RecordsTotal,
        left.RecordsRejected + right.RecordsRejected);
}
