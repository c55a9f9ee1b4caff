using Celerity.Stages.Ledger;

namespace Celerity.Stages.Slices;

/// <summary>What becomes of a chunk that failed: its end, or its next message and how long that waits.</summary>
internal readonly record struct ChunkVerdict(ChunkEnd? End, SliceMessage? Next, TimeSpan Delay);

/// <summary>Judges failed chunks by the task rules: permanent failures end at once, others are tried again with full-jitter exponential backoff.</summary>
internal sealed class ChunkVerdicts(TimeProvider time)
{
    // The queue delays a message by 7 days at most.
    private const double MaxBackoffSeconds = 6 * 24 * 60 * 60;

    private readonly Random _random = new();
    private readonly Lock _gate = new();

    public ChunkVerdict For(SliceMessage chunk, ChunkRetry retry, Exception exception)
    {
        var category = Classify(exception);
        var failures = ChunkFailure.Add(chunk.Failures, ChunkFailure.From(exception, category, chunk.Attempt, time.GetUtcNow()));
        return category == ErrorCategory.Permanent || chunk.Attempt >= retry.MaxAttempts
            ? new ChunkVerdict(Dead(chunk, category, failures), null, TimeSpan.Zero)
            : new ChunkVerdict(null, chunk with { Attempt = chunk.Attempt + 1, Failures = failures }, Backoff(retry, chunk.Attempt, NextJitter()));
    }

    public ChunkEnd Crashed(SliceMessage chunk)
    {
        var failure = new ChunkFailure(
            chunk.Attempt, ErrorCategory.Crashed, "", $"The process died {chunk.Crashes} times while it ran this chunk.", time.GetUtcNow(), Environment.MachineName);
        return Dead(chunk, ErrorCategory.Crashed, ChunkFailure.Add(chunk.Failures, failure));
    }

    /// <summary>The wait before the attempt after <paramref name="attempt"/>: anything from nothing to the doubled backoff.</summary>
    public static TimeSpan Backoff(ChunkRetry retry, int attempt, double jitter)
    {
        var bound = Math.Min(retry.MaxBackoff.TotalSeconds, retry.Backoff.TotalSeconds * Math.Pow(2, attempt - 1));
        return TimeSpan.FromSeconds(Math.Clamp(bound, 0, MaxBackoffSeconds) * jitter);
    }

    private static ChunkEnd Dead(SliceMessage chunk, ErrorCategory category, IReadOnlyList<ChunkFailure> failures) => new()
    {
        Chunk = chunk.First,
        Attempt = chunk.Attempt,
        Category = category,
        Reason = failures[^1].Message,
        Failures = CelerityJson.Write(failures),
    };

    private static ErrorCategory Classify(Exception exception) => exception switch
    {
        CelerityException or ArgumentException or FormatException or NotSupportedException or System.Text.Json.JsonException => ErrorCategory.Permanent,
        _ => ErrorCategory.Transient,
    };

    private double NextJitter()
    {
        lock (_gate)
        {
            return _random.NextDouble();
        }
    }
}
