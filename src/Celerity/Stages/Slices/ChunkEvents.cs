using Celerity.Observing;
using Celerity.Stages.Ledger;
using Celerity.Storage;
using Microsoft.Extensions.Logging;

namespace Celerity.Stages.Slices;

/// <summary>Tells the log and the app's observers of chunks as of tasks: a chunk's name is its stage's class, its id that of its dead letter, its correlation the run.</summary>
internal sealed partial class ChunkEvents(TaskObservers observers, TimeProvider time, ILogger<ChunkEvents> logger)
{
    /// <summary>Tells that an attempt begins.</summary>
    public ValueTask StartedAsync(SliceMessage message, int chunk) =>
        observers.IsEmpty ? ValueTask.CompletedTask : observers.TellAsync(Event(TaskEventKind.Started, message, chunk, message.Attempt));

    /// <summary>Tells that an attempt failed and the next has been sent.</summary>
    public async ValueTask RetriedAsync(ChunkVerdict verdict)
    {
        if (verdict.Next is not { Failures: [.., var failure] } next)
        {
            return;
        }

        LogRetry(logger, failure.Attempt, next.Key().ChunkId(next.First), next.Name, failure.Category, failure.Type, failure.Message, verdict.Delay);
        if (!observers.IsEmpty)
        {
            var failed = Event(TaskEventKind.Failed, next, next.First, failure.Attempt) with
            {
                At = failure.At,
                Category = failure.Category,
                Reason = failure.Message,
                Duration = failure.Duration,
            };
            await observers.TellAsync(failed).ConfigureAwait(false);
            await observers.TellAsync(failed with { Kind = TaskEventKind.Retried, At = time.GetUtcNow(), Delay = verdict.Delay, Duration = null }).ConfigureAwait(false);
        }
    }

    /// <summary>Tells of chunks whose ends have just been stored.</summary>
    public async ValueTask EndedAsync(SliceMessage message, IReadOnlyList<ChunkEnd> ends)
    {
        foreach (var end in ends)
        {
            Log(message, end);
            if (observers.IsEmpty)
            {
                continue;
            }

            var told = Event(end.IsDead ? TaskEventKind.DeadLettered : TaskEventKind.Succeeded, message, end.Chunk, end.Attempt) with
            {
                Category = end.Category,
                Reason = end.Reason,
                Duration = end.Duration,
                Records = end.Records,
                RejectedRecords = end.Rejected,
            };
            if (end is { IsDead: true, Failures: [.., var last] })
            {
                await observers.TellAsync(told with { Kind = TaskEventKind.Failed, At = last.At, Duration = last.Duration }).ConfigureAwait(false);
            }

            await observers.TellAsync(told).ConfigureAwait(false);
        }
    }

    private void Log(SliceMessage message, ChunkEnd end)
    {
        if (end.IsDead)
        {
            LogDead(logger, message.Key().ChunkId(end.Chunk), message.Name, end.Attempt, end.Category, end.Reason);
        }
        else if (logger.IsEnabled(LogLevel.Debug))
        {
            LogEnded(logger, message.Key().ChunkId(end.Chunk), message.Name, end.Attempt, end.Records, end.Rejected);
        }
    }

    private TaskEvent Event(TaskEventKind kind, SliceMessage message, int chunk, int attempt) => new()
    {
        Kind = kind,
        At = time.GetUtcNow(),
        Id = message.Key().ChunkId(chunk),
        Name = message.Name,
        Queue = StorageNames.ChunksQueue,
        Attempt = attempt,
        CorrelationId = message.Run,
    };

    [LoggerMessage(2200, LogLevel.Warning, "Attempt {Attempt} of chunk {Chunk} of stage {Stage} failed ({Category}, {Type}: {Reason}); the next comes in {Delay}")]
    private static partial void LogRetry(
        ILogger logger, int attempt, string chunk, string stage, ErrorCategory category, string type, string reason, TimeSpan delay);

    [LoggerMessage(2201, LogLevel.Error, "Chunk {Chunk} of stage {Stage} is a dead letter after attempt {Attempt} ({Category}: {Reason})")]
    private static partial void LogDead(ILogger logger, string chunk, string stage, int attempt, ErrorCategory? category, string? reason);

    [LoggerMessage(2202, LogLevel.Debug, "Chunk {Chunk} of stage {Stage} ended at attempt {Attempt}: {Records} records, {Rejected} rejected")]
    private static partial void LogEnded(ILogger logger, string chunk, string stage, int attempt, long records, long rejected);
}
