namespace Celerity;

/// <summary>What a stage that writes records came to.</summary>
/// <param name="Output">What it wrote, in chunk order: a dataset for the next stage, or for <c>MergeAsync</c>.</param>
/// <param name="Rejects">The records that were rejected, the first 1,000 of each chunk, as NDJSON: <c>record</c>, <c>line</c>, <c>reason</c>, <c>blob</c>, <c>text</c>.</param>
/// <param name="OutputRecords">How many records it wrote.</param>
/// <param name="Records">How many records were processed, rejected ones included.</param>
/// <param name="RejectedRecords">How many of them were rejected.</param>
/// <param name="FailedChunks">How many chunks ended as dead letters; they have written nothing.</param>
public sealed record TransformResult(
    DatasetSource Output, DatasetSource Rejects, long OutputRecords, long Records, long RejectedRecords, int FailedChunks);
