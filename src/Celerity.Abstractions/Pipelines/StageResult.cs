namespace Celerity;

/// <summary>What a stage came to.</summary>
/// <typeparam name="TResult">The stage's result type.</typeparam>
/// <param name="Result">What <c>Finish</c> made of the total.</param>
/// <param name="Records">How many records were processed, rejected ones included.</param>
/// <param name="RejectedRecords">How many of them were rejected.</param>
/// <param name="FailedChunks">How many chunks ended as dead letters.</param>
public sealed record StageResult<TResult>(TResult Result, long Records, long RejectedRecords, int FailedChunks);
