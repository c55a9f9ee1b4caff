using System.Globalization;
using Celerity.Handover;
using Celerity.Retry;
using Celerity.Stages.Admission;
using Celerity.Stages.Ledger;
using Celerity.Storage;
using Celerity.Tasks;

namespace Celerity.Stages.Slices;

/// <summary>
/// Moves chunks that go their own way from message to message, by the rules and the control rows of tasks: the successor is sent first, then
/// the row moves to it, so of two twins one goes on and the other is an orphan. How a chunk ended is told by the ledger, not by its control row.
/// </summary>
internal sealed class ChunkHandover(ControlRows rows, ITableStore tables, IQueueStore queues, StageDeferrals deferrals)
{
    /// <summary>Finds the chunks that have left their slice.</summary>
    public async ValueTask<IReadOnlySet<int>> FindLeftAsync(StageKey key, int first, int last, CancellationToken cancellationToken)
    {
        var query = new TableQuery(key.ControlPartition)
        {
            RowKeyFrom = ChunkEnd.RowKeyOf(first),
            RowKeyBefore = ChunkEnd.RowKeyOf(last + 1),
            Select = ["seq"],
        };
        var left = new HashSet<int>();
        await foreach (var row in tables.QueryAsync(StorageNames.LedgerTable, query, cancellationToken).ConfigureAwait(false))
        {
            left.Add(int.Parse(row.RowKey, CultureInfo.InvariantCulture));
        }

        return left;
    }

    /// <summary>Claims a chunk for the pass over one delivery.</summary>
    /// <returns>The row as this pass holds it; <see langword="null"/> where the delivery is an orphan or another holds the chunk.</returns>
    public async ValueTask<ControlRow?> ClaimAsync(SliceMessage message, QueueItem item, string pass, CancellationToken cancellationToken)
    {
        var stamp = new DeliveryStamp(message.Seq, message.Delivery, item.MessageId, item.DequeueCount);
        return (await rows.ClaimAsync(KeyOf(message), stamp, Fresh(message), pass, cancellationToken).ConfigureAwait(false)).Row;
    }

    /// <summary>Gives up what a pass that ends without an outcome has claimed, so that its next delivery is no crash.</summary>
    public ValueTask ReleaseAsync(SliceMessage message, string pass) => rows.ReleaseAsync(KeyOf(message), pass, CancellationToken.None);

    /// <summary>Hands a chunk over that has no control row yet. A row that is there by now is another twin's: this message becomes an orphan.</summary>
    public ValueTask SendFirstAsync(SliceMessage next, TimeSpan delay, CancellationToken cancellationToken) =>
        SendNextAsync(null, next, delay, cancellationToken);

    /// <summary>Hands a chunk over.</summary>
    /// <param name="held">Its row as this pass holds it, or <see langword="null"/> where it has read none.</param>
    /// <param name="next">The message as it is to go on: its attempt, crashes and failures.</param>
    /// <param name="delay">How long it waits.</param>
    /// <param name="cancellationToken">Stops the wait.</param>
    public async ValueTask SendNextAsync(ControlRow? held, SliceMessage next, TimeSpan delay, CancellationToken cancellationToken)
    {
        var successor = SuccessorOf(next);
        await queues.SendAsync(successor.Queue(), ForQueue(successor).Encode(), delay, cancellationToken).ConfigureAwait(false);
        await MoveAsync(held, successor, delay > TimeSpan.Zero ? TaskState.Retrying : TaskState.Enqueued, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Hands a chunk over that was claimed and may not run now, at no attempt.</summary>
    public async ValueTask DeferAsync(ControlRow held, SliceMessage message, Deferral deferral, CancellationToken cancellationToken)
    {
        var successor = SuccessorOf(message);
        await deferrals.SendAsync(ForQueue(successor), deferral, cancellationToken).ConfigureAwait(false);
        await MoveAsync(held, successor, TaskState.Deferred, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Sends a chunk on out of a poison queue; the crash that a standing claim means is counted.</summary>
    /// <returns>Its end, where that was a crash too many; <see langword="null"/> where it goes on or the message was an orphan.</returns>
    public async ValueTask<ChunkEnd?> ResendAsync(SliceMessage message, QueueItem item, CancellationToken cancellationToken)
    {
        // The host's copy has a message id of its own, so the stamp names none.
        var stamp = new DeliveryStamp(message.Seq, message.Delivery, MessageId: null, item.DequeueCount);
        var row = await rows.FindAsync(KeyOf(message), cancellationToken).ConfigureAwait(false);
        var verdict = DeliveryDecision.For(stamp, row, Guid.NewGuid().ToString("N"));
        if (verdict == DeliveryVerdict.Drop)
        {
            return null;
        }

        var current = message.As(rows.Current(stamp, row, Fresh(message), isAfterCrash: verdict == DeliveryVerdict.ClaimAfterCrash));
        if (current.Crashes >= TaskRules.MaxCrashes)
        {
            return ChunkVerdicts.Crashed(current);
        }

        await SendNextAsync(row, current, TimeSpan.Zero, cancellationToken).ConfigureAwait(false);
        return null;
    }

    /// <summary>Sends a chunk again whose message may be lost: a hand-over as well, for it may have been claimed.</summary>
    /// <param name="slice">The slice it is of.</param>
    /// <param name="chunk">The chunk.</param>
    /// <param name="cancellationToken">Stops the wait.</param>
    public async ValueTask SendAgainAsync(SliceMessage slice, int chunk, CancellationToken cancellationToken)
    {
        var next = slice.ForChunk(chunk);
        var row = await rows.FindAsync(KeyOf(next), cancellationToken).ConfigureAwait(false);
        await SendNextAsync(row, row is null ? next : next.As(row), TimeSpan.Zero, cancellationToken).ConfigureAwait(false);
    }

    private static SliceMessage SuccessorOf(SliceMessage message) =>
        message with { Seq = message.Seq + 1, Delivery = SlicePublisher.NewDelivery(), Again = false, Starts = [] };

    private static SliceMessage ForQueue(SliceMessage message) => message with { Failures = FailureHistory.ForMessage(message.Failures) };

    // Refused: another delivery was faster. Its message goes on, and the one just sent becomes an orphan or overtakes it.
    private async ValueTask MoveAsync(ControlRow? held, SliceMessage successor, TaskState state, CancellationToken cancellationToken) =>
        _ = await rows.TryMoveAsync(KeyOf(successor), held, Fresh(successor) with { State = state }, cancellationToken).ConfigureAwait(false);

    private static ControlKey KeyOf(SliceMessage message) => message.Key().ControlOf(message.First);

    private static ControlRow Fresh(SliceMessage message) =>
        new(message.Seq, message.Delivery, message.Attempt, message.Crashes) { Subject = message.Name, Failures = message.Failures };
}
