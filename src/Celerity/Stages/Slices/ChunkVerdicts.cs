using Celerity.Retry;
using Celerity.Stages.Ledger;

namespace Celerity.Stages.Slices;

/// <summary>What becomes of a chunk that failed: its end, or its next message and how long that waits.</summary>
internal readonly record struct ChunkVerdict(ChunkEnd? End, SliceMessage? Next, TimeSpan Delay);

/// <summary>Judges failed chunks by the task rules: permanent failures end at once, others are tried again with full-jitter exponential backoff.</summary>
internal sealed class ChunkVerdicts(IRandomSource random, TimeProvider time)
{
    public ChunkVerdict For(SliceMessage chunk, ChunkRetry retry, Exception exception)
    {
        var failure = FailureClassifier.For(exception);
        var failures = ChunkFailure.Add(chunk.Failures, ChunkFailure.From(exception, failure.Category, chunk.Attempt, time.GetUtcNow()));
        var decision = RetryDecision.For(PolicyOf(retry), chunk.Attempt, failure, TimeSpan.Zero, random.NextDouble());
        return decision.Delay is { } delay
            ? new ChunkVerdict(null, chunk with { Attempt = chunk.Attempt + 1, Failures = failures }, delay)
            : new ChunkVerdict(Dead(chunk, failure.Category, failures), null, TimeSpan.Zero);
    }

    public static RetryPolicy PolicyOf(ChunkRetry retry) => new(retry.MaxAttempts, retry.Backoff, retry.MaxBackoff);

    public ChunkEnd Crashed(SliceMessage chunk)
    {
        var failure = new ChunkFailure(
            chunk.Attempt, ErrorCategory.Crashed, "", $"The process died {chunk.Crashes} times while it ran this chunk.", time.GetUtcNow(), Environment.MachineName);
        return Dead(chunk, ErrorCategory.Crashed, ChunkFailure.Add(chunk.Failures, failure));
    }

    private static ChunkEnd Dead(SliceMessage chunk, ErrorCategory category, IReadOnlyList<ChunkFailure> failures) => new()
    {
        Chunk = chunk.First,
        Attempt = chunk.Attempt,
        Category = category,
        Reason = failures[^1].Message,
        Failures = CelerityJson.Write(failures),
    };
}
