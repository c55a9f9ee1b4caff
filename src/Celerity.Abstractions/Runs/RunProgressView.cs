namespace Celerity;

/// <summary>How far chunks and records are.</summary>
/// <param name="ChunksDone">Chunks that have ended, dead ones included.</param>
/// <param name="ChunksTotal">All chunks, 0 before the plan is done.</param>
/// <param name="ChunksFailed">Chunks that ended as dead letters.</param>
/// <param name="RecordsDone">Records read, rejected ones included.</param>
/// <param name="RecordsTotal">All records; 0 where the dataset is cut by bytes.</param>
/// <param name="RecordsRejected">Records set aside.</param>
public sealed record RunProgressView(long ChunksDone, long ChunksTotal, long ChunksFailed, long RecordsDone, long RecordsTotal, long RecordsRejected);
