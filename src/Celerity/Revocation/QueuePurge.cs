using System.Text;
using Celerity.Storage;
using Celerity.Tasks;

namespace Celerity.Revocation;

/// <summary>Ends what waits on a queue that was purged. A hastening: whatever it does not reach ends when its turn comes.</summary>
internal sealed class QueuePurge(IQueueStore queues, TaskExecutor executor, TimeProvider time)
{
    // Much longer than a batch takes; what is received again meanwhile has ended.
    private static readonly TimeSpan Lease = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan LongestRun = TimeSpan.FromSeconds(20);

    /// <summary>Takes messages until none is left that was revoked, or the time is over.</summary>
    /// <returns>How many tasks were ended.</returns>
    public async ValueTask<int> RunAsync(string queue, CancellationToken cancellationToken)
    {
        var start = time.GetTimestamp();
        var ended = 0;
        foreach (var source in new[] { queue, queue + StorageNames.HeldSuffix })
        {
            var hasRevoked = true;
            while (hasRevoked
                && time.GetElapsedTime(start) < LongestRun
                && await queues.ReceiveAsync(source, QueueLimits.ReceiveCount, Lease, cancellationToken).ConfigureAwait(false) is { Count: > 0 } items)
            {
                hasRevoked = false;
                foreach (var item in items)
                {
                    var delivery = new TaskDelivery(Encoding.UTF8.GetBytes(item.Body), item.MessageId, item.DequeueCount, queue);
                    var revoked = await executor.RevokeAsync(delivery).ConfigureAwait(false);
                    (ended, hasRevoked) = (ended + revoked, hasRevoked || revoked > 0);
                    _ = await queues.TryDeleteAsync(source, item, CancellationToken.None).ConfigureAwait(false);
                }
            }
        }

        return ended;
    }
}
