using Celerity.Retry;
using Celerity.Stages.Admission;
using Celerity.Stages.Ledger;
using Celerity.Tasks;

namespace Celerity.Stages.Slices;

/// <summary>What becomes of a chunk that failed: its end, or its next message and how long that waits.</summary>
internal readonly record struct ChunkVerdict(ChunkEnd? End, SliceMessage? Next, TimeSpan Delay);

/// <summary>Judges failed chunks by the task rules: permanent failures end at once, others are tried again with full-jitter exponential backoff.</summary>
internal sealed class ChunkVerdicts(IRandomSource random, TimeProvider time)
{
    public ChunkVerdict For(SliceMessage chunk, ChunkRetry retry, Exception exception, TimeSpan? duration)
    {
        var failure = FailureOf(exception);
        var record = FailureRecord.Of(exception, failure.Category, chunk.Attempt, time.GetUtcNow()) with { Duration = duration };
        var failed = chunk with { Failures = FailureHistory.Merge(chunk.Failures, [record]) };
        var decision = RetryDecision.For(PolicyOf(retry), chunk.Attempt, failure, TimeSpan.Zero, random.NextDouble());
        return decision.Delay is { } delay
            ? new ChunkVerdict(null, failed with { Attempt = chunk.Attempt + 1 }, delay)
            : new ChunkVerdict(Dead(failed, failure.Category, record.Message), null, TimeSpan.Zero);
    }

    public static Failure FailureOf(Exception exception) =>
        exception is TimeLimitException ? new Failure(ErrorCategory.TimedOut) : FailureClassifier.For(exception);

    public static RetryPolicy PolicyOf(ChunkRetry retry) => new(retry.MaxAttempts, retry.Backoff, retry.MaxBackoff);

    /// <summary>The end of a chunk whose process died too often.</summary>
    public static ChunkEnd Crashed(SliceMessage chunk) => Dead(
        chunk, ErrorCategory.Crashed, $"The process died {chunk.Crashes} times while it ran this chunk; the limit is {TaskRules.MaxCrashes}.");

    private static ChunkEnd Dead(SliceMessage chunk, ErrorCategory category, string reason) => new()
    {
        Chunk = chunk.First,
        Attempt = chunk.Attempt,
        Crashes = chunk.Crashes,
        Category = category,
        Reason = reason,
        Failures = chunk.Failures,
    };
}
