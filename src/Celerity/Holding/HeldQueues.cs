using Celerity.Controls;
using Celerity.Maintenance;
using Celerity.RateLimits;
using Celerity.Stages.Slices;
using Celerity.Storage;
using Celerity.Tasks;
using Microsoft.Extensions.Logging;

namespace Celerity.Holding;

/// <summary>
/// Moves what is held back to its queue, once nothing holds it any more. The board says which queues to look through: whoever lets tasks
/// go writes that down together with it, and it is crossed out only when all instances must have seen it before the look began, and nothing is
/// hidden from that look by another one that may have died.
/// </summary>
internal sealed partial class HeldQueues(
    ControlStore store,
    IQueueStore queues,
    UntriggeredMessages messages,
    TaskHandover handover,
    TaskRegistry registry,
    RatePace pace,
    TimeProvider time,
    ILogger<HeldQueues> logger) : IMaintenanceStep
{
    /// <summary>How many messages one look takes at most.</summary>
    public const int MostAtOnce = QueueLimits.ReceiveCount;

    private static readonly TimeSpan LongestCall = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan LongestRound = TimeSpan.FromSeconds(40);

    // What stays held comes up again by itself when this is over.
    private static readonly TimeSpan Lease = TimeSpan.FromSeconds(30);

    // Longer than a delivery takes from its decision to its send; and than a round that began before may hide what it has looked at.
    private static readonly TimeSpan Settled = LongestRound + Lease + TimeSpan.FromSeconds(20);

    /// <summary>The round of each minute.</summary>
    public async ValueTask RunAsync(CancellationToken cancellationToken) => await RefillAsync(LongestRound, cancellationToken).ConfigureAwait(false);

    /// <summary>The round of who has just let tasks go and waits for an answer: up to 20 seconds.</summary>
    public async ValueTask RefillNowAsync(CancellationToken cancellationToken) => await RefillAsync(LongestCall, cancellationToken).ConfigureAwait(false);

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
            var look = await LookThroughAsync(
                refill.Target,
                controls,
                circuit => HoldRule.FindCircuit(circuit, controls, time.GetUtcNow()),
                () => time.GetElapsedTime(start) < longest ? MostAtOnce : 0,
                cancellationToken).ConfigureAwait(false);
            moved += look.Moved;

            // Refused: it was asked for again meanwhile.
            if (look.IsDone && controls.ReadAt - refill.At >= Settled && await HasSeenAllAsync(refill.Target, look, cancellationToken).ConfigureAwait(false))
            {
                _ = await store.TryDeleteAsync(refill, cancellationToken).ConfigureAwait(false);
            }
        }

        return moved;
    }

    /// <summary>Looks through what one queue holds.</summary>
    /// <param name="queue">The queue.</param>
    /// <param name="controls">The board.</param>
    /// <param name="findHold">Tells what a circuit holds its tasks and slices by; what neither that nor a pause holds is moved back.</param>
    /// <param name="nextCount">Tells how many messages to look at next, 1 to <see cref="MostAtOnce"/>; 0 to stop.</param>
    /// <param name="cancellationToken">Stops between two messages.</param>
    public async ValueTask<HeldLook> LookThroughAsync(
        string queue, ControlSnapshot controls, Func<string, Hold?> findHold, Func<int> nextCount, CancellationToken cancellationToken)
    {
        var (moved, left, start) = (0, 0, time.GetTimestamp());
        var paces = pace.Begin(controls);
        while (nextCount() is > 0 and var count)
        {
            var items = await queues.ReceiveAsync(queue + StorageNames.HeldSuffix, count, Lease, cancellationToken).ConfigureAwait(false);
            if (items.Count == 0)
            {
                LogMoved(logger, moved, queue);

                // Longer than that, and what is left comes up a second time.
                return new HeldLook(moved, left, IsDone: time.GetElapsedTime(start) < Lease);
            }

            foreach (var item in items)
            {
                cancellationToken.ThrowIfCancellationRequested();
                var free = queue == StorageNames.ChunksQueue
                    ? await MoveSliceAsync(item, controls, findHold).ConfigureAwait(false)
                    : await MoveAsync(queue, item, FindHold, paces).ConfigureAwait(false);
                (moved, left) = (moved + (free ?? 0), left + (free is null ? 1 : 0));
            }
        }

        return new HeldLook(moved, left, IsDone: false);

        Hold? FindHold(TaskPass pass) => HoldRule.Find(pass, controls)
            ?? (registry.Find(pass.Envelope.Task)?.Settings.Circuit is { } circuit ? findHold(circuit) : null);
    }

    // A look that died hides what it has received until its lease is over.
    private async ValueTask<bool> HasSeenAllAsync(string queue, HeldLook look, CancellationToken cancellationToken) =>
        await queues.CountAsync(queue + StorageNames.HeldSuffix, cancellationToken).ConfigureAwait(false) <= look.Left;

    // Sent first, then deleted: a message that comes twice is a twin, and of twins one claims. Null where all of it stays.
    private async ValueTask<int?> MoveAsync(string queue, QueueItem item, Func<TaskPass, Hold?> findHold, RatePace.Turn paces)
    {
        var passes = (await messages.ReadAsync(item, queue).ConfigureAwait(false))
            .Select(pass => (Pass: pass, Next: findHold(pass) is { } hold
                ? TaskVerdict.Held(pass.Fresh, hold)
                : TaskVerdict.PutBack(pass.Fresh) with { Delay = paces.NextDelay(pass.Envelope.Task) }))
            .ToList();
        var free = passes.Count(pass => pass.Next.Hold is null);
        if (passes.Count > 0 && free == 0)
        {
            return null;
        }

        await handover.SendUnclaimedAsync(passes, CancellationToken.None).ConfigureAwait(false);
        _ = await queues.TryDeleteAsync(queue + StorageNames.HeldSuffix, item, CancellationToken.None).ConfigureAwait(false);
        return free;
    }

    // As it is: what nobody can read is told where it would run, and what its rate limit keeps waiting is put off there.
    private async ValueTask<int?> MoveSliceAsync(QueueItem item, ControlSnapshot controls, Func<string, Hold?> findHold)
    {
        var message = SliceMessage.TryDecode(item.Body, out _);
        var pause = message is null ? HoldRule.FindPause(StorageNames.ChunksQueue, controls) : HoldRule.FindPause(message.Key(), controls);
        var circuit = message is null ? null : registry.Stages.Of(message.Name).Circuit;
        if (pause is not null || (circuit is not null && findHold(circuit) is not null))
        {
            return null;
        }

        await queues.SendAsync(message?.Queue() ?? StorageNames.ChunksQueue, item.Body, TimeSpan.Zero, CancellationToken.None).ConfigureAwait(false);
        _ = await queues.TryDeleteAsync(StorageNames.ChunksQueue + StorageNames.HeldSuffix, item, CancellationToken.None).ConfigureAwait(false);
        return 1;
    }

    [LoggerMessage(2401, LogLevel.Information, "{Count} held tasks were moved back to the queue {Queue}")]
    private static partial void LogMoved(ILogger logger, int count, string queue);
}
