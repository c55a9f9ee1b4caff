using Celerity.DeadLetters;
using Celerity.Storage;
using Celerity.Tasks;
using Celerity.Wire;

namespace Celerity.PoisonDrain;

/// <summary>Empties the queues to which the host moves what it gave up on. Its reasons are mostly not the task's fault: a neighbour, an outage, a scale-in.</summary>
internal sealed class PoisonDrainer(IQueueStore queues, TaskHandover handover, DeadLetterStore deadLetters)
{
    private const int BatchSize = 32;

    private static readonly TimeSpan Lease = TimeSpan.FromMinutes(5);

    /// <summary>Drains a queue's poison queue; each message is settled, then deleted.</summary>
    public async ValueTask DrainAsync(string queue, Func<QueueItem, ValueTask> settle, CancellationToken cancellationToken)
    {
        var poison = queue + StorageNames.PoisonSuffix;
        while (await queues.ReceiveAsync(poison, BatchSize, Lease, cancellationToken).ConfigureAwait(false) is { Count: > 0 } items)
        {
            foreach (var item in items)
            {
                await settle(item).ConfigureAwait(false);
                _ = await queues.TryDeleteAsync(poison, item, cancellationToken).ConfigureAwait(false);
            }
        }
    }

    /// <summary>Drains the poison queue of a task queue: what decodes and has not ended goes on, the rest becomes dead letters.</summary>
    public ValueTask DrainTasksAsync(string queue, CancellationToken cancellationToken) =>
        DrainAsync(queue, item => SettleAsync(queue, item, cancellationToken), cancellationToken);

    private async ValueTask SettleAsync(string queue, QueueItem item, CancellationToken cancellationToken)
    {
        var tasks = MessageCodec.Decode(item.Body, out var reason);
        if (reason is not null)
        {
            await deadLetters.WriteAsync(TaskExecutor.Undecodable(queue, item, reason), cancellationToken).ConfigureAwait(false);
            return;
        }

        for (var index = 0; index < tasks.Count; index++)
        {
            var delivery = TaskExecutor.ToDelivery(queue, item, tasks[index], tasks.Count > 1 ? index : null);
            await handover.SendOnAsync(delivery, cancellationToken).ConfigureAwait(false);
        }
    }
}
