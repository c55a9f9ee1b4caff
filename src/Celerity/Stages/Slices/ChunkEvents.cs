using Celerity.Observing;
using Celerity.Stages.Ledger;
using Celerity.Storage;

namespace Celerity.Stages.Slices;

/// <summary>Tells the app's observers of chunks as of tasks: a chunk's name is its stage's class, its id that of its dead letter, its correlation the run.</summary>
internal sealed class ChunkEvents(TaskObservers observers, TimeProvider time)
{
    /// <summary>Tells that an attempt begins.</summary>
    public ValueTask StartedAsync(SliceMessage message, int chunk) =>
        observers.IsEmpty ? ValueTask.CompletedTask : observers.TellAsync(Event(TaskEventKind.Started, message, chunk, message.Attempt));

    /// <summary>Tells that an attempt failed and the next has been sent.</summary>
    public async ValueTask RetriedAsync(ChunkVerdict verdict)
    {
        if (!observers.IsEmpty && verdict.Next is { Failures: [.., var failure] } next)
        {
            var failed = Event(TaskEventKind.Failed, next, next.First, failure.Attempt) with
            {
                At = failure.At,
                Category = failure.Category,
                Reason = failure.Message,
            };
            await observers.TellAsync(failed).ConfigureAwait(false);
            await observers.TellAsync(failed with { Kind = TaskEventKind.Retried, At = time.GetUtcNow(), Delay = verdict.Delay }).ConfigureAwait(false);
        }
    }

    /// <summary>Tells of chunks whose ends have just been stored.</summary>
    public async ValueTask EndedAsync(SliceMessage message, IReadOnlyList<ChunkEnd> ends)
    {
        foreach (var end in observers.IsEmpty ? [] : ends)
        {
            var told = Event(end.IsDead ? TaskEventKind.DeadLettered : TaskEventKind.Succeeded, message, end.Chunk, end.Attempt) with
            {
                Category = end.Category,
                Reason = end.Reason,
            };
            if (end is { IsDead: true, Failures: [.., var last] })
            {
                await observers.TellAsync(told with { Kind = TaskEventKind.Failed, At = last.At }).ConfigureAwait(false);
            }

            await observers.TellAsync(told).ConfigureAwait(false);
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
}
