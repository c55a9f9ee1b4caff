using System.Collections.Immutable;
using Celerity.Storage;

namespace Celerity.Live;

/// <summary>Tells streams of the tasks that change in this process. Costs next to nothing while there is no stream.</summary>
internal sealed class TaskChanges : ITaskObserver
{
    private ImmutableArray<TaskChangeBuffer> _buffers = [];

    public void Add(TaskChangeBuffer buffer) => ImmutableInterlocked.Update(ref _buffers, buffers => buffers.Add(buffer));

    public void Remove(TaskChangeBuffer buffer) => ImmutableInterlocked.Update(ref _buffers, buffers => buffers.Remove(buffer));

    public ValueTask OnEventAsync(TaskEvent happened, CancellationToken cancellationToken)
    {
        // Chunks are told by their run.
        if (!_buffers.IsEmpty && happened.Queue is not (StorageNames.ChunksQueue or StorageNames.BulkQueue) && StateOf(happened) is { } state)
        {
            var change = new TaskChange(happened.Id, happened.Name, state, happened.Queue, happened.At);
            foreach (var buffer in _buffers)
            {
                buffer.Add(change);
            }
        }

        return ValueTask.CompletedTask;
    }

    private static TaskState? StateOf(TaskEvent happened) => happened.Kind switch
    {
        TaskEventKind.BeforePublish => TaskState.Enqueued,
        TaskEventKind.Started => TaskState.Running,
        TaskEventKind.Retried => TaskState.Retrying,
        TaskEventKind.Deferred => TaskState.Deferred,
        TaskEventKind.Succeeded => TaskState.Succeeded,
        TaskEventKind.DeadLettered => TaskState.DeadLettered,
        TaskEventKind.Revoked => TaskState.Revoked,
        TaskEventKind.Expired => TaskState.Expired,
        TaskEventKind.Discarded => TaskState.Discarded,
        _ => null,
    };
}
