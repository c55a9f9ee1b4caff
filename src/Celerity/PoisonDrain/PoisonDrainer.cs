using Celerity.Storage;
using Celerity.Tasks;
using Microsoft.Extensions.Logging;

namespace Celerity.PoisonDrain;

/// <summary>Empties poison queues: what the host gave up on goes on, or ends with its cause. Nothing stays there.</summary>
internal sealed partial class PoisonDrainer(
    IQueueStore queues, UntriggeredMessages messages, TaskResend resend, ILogger<PoisonDrainer> logger)
{
    private const int BatchCount = 32;

    // Much longer than a batch takes: an item that is received again meanwhile is settled twice, which does no harm.
    private static readonly TimeSpan Lease = TimeSpan.FromMinutes(5);

    /// <summary>Drains the poison queue of a queue that carries tasks.</summary>
    /// <param name="queue">The queue, without <see cref="StorageNames.PoisonSuffix"/>.</param>
    /// <param name="cancellationToken">Stops between two messages.</param>
    /// <returns>How many messages were settled.</returns>
    public ValueTask<int> DrainTasksAsync(string queue, CancellationToken cancellationToken) =>
        DrainAsync(queue, item => SettleTasksAsync(queue, item), cancellationToken);

    /// <summary>Drains the poison queue of one queue by rules of its own.</summary>
    /// <param name="queue">The queue, without <see cref="StorageNames.PoisonSuffix"/>.</param>
    /// <param name="settle">Settles one message; it is deleted afterwards, and stays where this throws.</param>
    /// <param name="cancellationToken">Stops between two messages.</param>
    /// <returns>How many messages were settled.</returns>
    public async ValueTask<int> DrainAsync(string queue, Func<QueueItem, ValueTask> settle, CancellationToken cancellationToken)
    {
        var poison = queue + StorageNames.PoisonSuffix;
        var settled = 0;
        while (!cancellationToken.IsCancellationRequested
            && await queues.ReceiveAsync(poison, BatchCount, Lease, cancellationToken).ConfigureAwait(false) is { Count: > 0 } items)
        {
            foreach (var item in items)
            {
                cancellationToken.ThrowIfCancellationRequested();
                settled += await TrySettleAsync(poison, item, settle).ConfigureAwait(false) ? 1 : 0;
            }
        }

        return settled;
    }

    private async ValueTask<bool> TrySettleAsync(string poison, QueueItem item, Func<QueueItem, ValueTask> settle)
    {
        try
        {
            await settle(item).ConfigureAwait(false);
        }
#pragma warning disable CA1031 // The loop's edge: one message must not keep the others in the queue; it comes again when its lease ends.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            LogNotSettled(logger, item.MessageId, poison, exception);
            return false;
        }

        _ = await queues.TryDeleteAsync(poison, item, CancellationToken.None).ConfigureAwait(false);
        LogSettled(logger, item.MessageId, poison);
        return true;
    }

    private async ValueTask SettleTasksAsync(string queue, QueueItem item)
    {
        foreach (var pass in await messages.ReadAsync(item, queue).ConfigureAwait(false))
        {
            await resend.SendAsync(pass, CancellationToken.None).ConfigureAwait(false);
        }
    }
}
