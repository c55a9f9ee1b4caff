using System.Text;
using Celerity.Controls;
using Celerity.DeadLetters;
using Celerity.Handover;
using Celerity.Maintenance;
using Celerity.RateLimits;
using Celerity.Storage;
using Celerity.Tasks;
using Celerity.Tasks.Sending;
using Microsoft.Extensions.Logging;

namespace Celerity.Holding;

/// <summary>
/// Moves what is held back to its queue, once nothing holds it any more. The board says which queues to look through: whoever lets tasks
/// go writes that down together with it, and it is crossed out only when all instances must have seen it before the look began.
/// </summary>
internal sealed partial class HeldQueues(
    ControlStore store,
    IQueueStore queues,
    MessageReader reader,
    TaskHandover handover,
    RatePace pace,
    DeadLetterStore deadLetters,
    TimeProvider time,
    ILogger<HeldQueues> logger) : IMaintenanceStep
{
    // Longer than any instance goes by what it has read, and than a delivery takes from its decision to its send.
    private static readonly TimeSpan Settled = TimeSpan.FromSeconds(30);

    private static readonly TimeSpan LongestRound = TimeSpan.FromSeconds(40);

    // What stays held comes up again by itself when this is over.
    private static readonly TimeSpan Lease = TimeSpan.FromSeconds(30);

    /// <summary>The round of each minute.</summary>
    public async ValueTask RunAsync(CancellationToken cancellationToken) => await RefillAsync(LongestRound, cancellationToken).ConfigureAwait(false);

    /// <summary>Looks through the queues that are to be looked through.</summary>
    /// <param name="longest">How long to go on at most; the rest is done by the next round.</param>
    /// <param name="cancellationToken">Stops between two messages.</param>
    /// <returns>How many tasks were moved.</returns>
    public async ValueTask<int> RefillAsync(TimeSpan longest, CancellationToken cancellationToken)
    {
        var moved = 0;
        var start = time.GetTimestamp();
        var controls = new ControlSnapshot(time.GetUtcNow(), await store.ListAsync(cancellationToken).ConfigureAwait(false));
        foreach (var refill in controls.Entries.Where(entry => entry.Kind == ControlKind.Refill))
        {
            var (count, isDone) = await MoveAsync(refill.Target, controls, () => time.GetElapsedTime(start) < longest, cancellationToken).ConfigureAwait(false);
            moved += count;

            // Refused: it was asked for again meanwhile.
            if (isDone && controls.ReadAt - refill.At >= Settled)
            {
                _ = await store.TryDeleteAsync(refill, cancellationToken).ConfigureAwait(false);
            }
        }

        return moved;
    }

    private async ValueTask<(int Moved, bool IsDone)> MoveAsync(string queue, ControlSnapshot controls, Func<bool> goesOn, CancellationToken cancellationToken)
    {
        var (moved, held) = (0, queue + StorageNames.HeldSuffix);
        var paces = pace.Begin(controls);
        while (goesOn())
        {
            var items = await queues.ReceiveAsync(held, QueueLimits.ReceiveCount, Lease, cancellationToken).ConfigureAwait(false);
            if (items.Count == 0)
            {
                LogMoved(logger, moved, queue);
                return (moved, true);
            }

            foreach (var item in items)
            {
                cancellationToken.ThrowIfCancellationRequested();
                moved += await MoveAsync(queue, item, controls, paces).ConfigureAwait(false);
            }
        }

        return (moved, false);
    }

    // Sent first, then deleted: a message that comes twice is a twin, and of twins one claims.
    private async ValueTask<int> MoveAsync(string queue, QueueItem item, ControlSnapshot controls, RatePace.Turn paces)
    {
        var message = reader.Read(Encoding.UTF8.GetBytes(item.Body), item.MessageId, queue);
        foreach (var undecodable in message.Undecodable)
        {
            await deadLetters.AddUndecodableAsync(undecodable, queue, time.GetUtcNow(), CancellationToken.None).ConfigureAwait(false);
        }

        var passes = message.Tasks
            .Select(envelope => new TaskPass(envelope, queue, new DeliveryStamp(envelope.Seq, envelope.Delivery, MessageId: null, item.DequeueCount), item.MessageId))
            .Select(pass => (Pass: pass, Next: HoldRule.Find(pass, controls) is { } hold
                ? TaskVerdict.Held(pass.Fresh, hold)
                : TaskVerdict.PutBack(pass.Fresh) with { Delay = paces.NextDelay(pass.Envelope.Task) }))
            .ToList();
        var free = passes.Count(pass => pass.Next.Hold is null);
        if (passes.Count > 0 && free == 0)
        {
            return 0;
        }

        await handover.SendUnclaimedAsync(passes, CancellationToken.None).ConfigureAwait(false);
        _ = await queues.TryDeleteAsync(queue + StorageNames.HeldSuffix, item, CancellationToken.None).ConfigureAwait(false);
        return free;
    }

    [LoggerMessage(2401, LogLevel.Information, "{Count} held tasks were moved back to the queue {Queue}")]
    private static partial void LogMoved(ILogger logger, int count, string queue);
}
