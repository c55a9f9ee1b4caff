using Celerity.Retry;
using Celerity.Storage;

namespace Celerity.Handover;

/// <summary>Reads and moves control rows. A refusal is never taken for one's own success or for another's: the row is read again and decides.</summary>
internal sealed class ControlRows(ITableStore tables, TimeProvider time)
{
    private const int MaxClaims = 10;

    public async ValueTask<ControlRow?> FindAsync(ControlKey key, CancellationToken cancellationToken) =>
        await tables.FindAsync(key.Table, key.PartitionKey, key.RowKey, cancellationToken).ConfigureAwait(false) is { } row
            ? ControlRow.From(row)
            : null;

    /// <summary>Claims a task for one pass over one delivery.</summary>
    /// <param name="key">The task's row.</param>
    /// <param name="message">The delivery.</param>
    /// <param name="fresh">The row as the message tells it, for where there is none or an older one.</param>
    /// <param name="attemptId">The pass.</param>
    /// <param name="cancellationToken">Stops the wait.</param>
    public async ValueTask<ClaimResult> ClaimAsync(
        ControlKey key, DeliveryStamp message, ControlRow fresh, string attemptId, CancellationToken cancellationToken)
    {
        // The insert alone is one request.
        var row = IsFirst(message) ? null : await FindAsync(key, cancellationToken).ConfigureAwait(false);
        for (var round = 0; round < MaxClaims; round++)
        {
            var verdict = DeliveryDecision.For(message, row, attemptId);
            switch (verdict)
            {
                case DeliveryVerdict.Drop:
                    return new ClaimResult(verdict, null);
                case DeliveryVerdict.RepeatEffects:
                    return new ClaimResult(verdict, row);
                case DeliveryVerdict.Resume:
                    return new ClaimResult(DeliveryVerdict.Claim, row);
            }

            var current = Current(message, row, fresh, isAfterCrash: verdict == DeliveryVerdict.ClaimAfterCrash);
            if (await TryWriteAsync(key, Claimed(current, message, attemptId), row, cancellationToken).ConfigureAwait(false) is { } held)
            {
                return new ClaimResult(DeliveryVerdict.Claim, held);
            }

            row = await FindAsync(key, cancellationToken).ConfigureAwait(false);
        }

        throw new InvalidOperationException($"The claim of '{key.RowKey}' was refused {MaxClaims} times.");
    }

    /// <summary>Whether a delivery is a task's first, which nearly always finds no row.</summary>
    public static bool IsFirst(DeliveryStamp message) => message is { Seq: 0, DequeueCount: 1 };

    /// <summary>The row as a pass that claims it writes it.</summary>
    public static ControlRow Claimed(ControlRow current, DeliveryStamp message, string attemptId) =>
        current with { State = TaskState.Running, Claim = new Claim(message.MessageId!, message.DequeueCount, attemptId) };

    /// <summary>The row as it stands for <paramref name="message"/>: what is stored of its own hand-over, or what the message brings.</summary>
    /// <param name="message">The delivery.</param>
    /// <param name="row">The stored row.</param>
    /// <param name="fresh">The row as the message tells it.</param>
    /// <param name="isAfterCrash">Whether the last to run it died.</param>
    public ControlRow Current(DeliveryStamp message, ControlRow? row, ControlRow fresh, bool isAfterCrash)
    {
        var current = row is null || message.Seq > row.Seq
            ? fresh with { Failures = FailureHistory.Merge(row?.Failures ?? [], fresh.Failures), Log = row?.Log }
            : row;
        return isAfterCrash
            ? current with
            {
                Crashes = current.Crashes + 1,
                Failures = FailureHistory.Merge(current.Failures, [FailureRecord.OfCrash(current.Attempt, current.Crashes + 1, time.GetUtcNow())]),
            }
            : current;
    }

    /// <summary>Moves the row to the successor that was sent; from nothing where this pass has read no row.</summary>
    /// <returns><see langword="false"/> where another was faster: this pass is fenced and must not touch the task again.</returns>
    public async ValueTask<bool> TryMoveAsync(ControlKey key, ControlRow? from, ControlRow successor, CancellationToken cancellationToken) =>
        await TryWriteAsync(key, successor with { Claim = null }, from, cancellationToken).ConfigureAwait(false) is not null;

    /// <summary>Gives up what a pass that ends without an outcome has claimed, so that its next delivery is no crash.</summary>
    public async ValueTask ReleaseAsync(ControlKey key, string attemptId, CancellationToken cancellationToken)
    {
        if (await FindAsync(key, cancellationToken).ConfigureAwait(false) is { Ending: null, Claim: { } claim } row && claim.AttemptId == attemptId)
        {
            _ = await TryWriteAsync(key, row with { State = TaskState.Enqueued, Claim = null }, row, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Ends the task.</summary>
    /// <returns>The ended row that is stored, ours or an earlier one; <see langword="null"/> where this pass is fenced.</returns>
    public async ValueTask<ControlRow?> TryEndAsync(ControlKey key, ControlRow? from, ControlRow ended, CancellationToken cancellationToken) =>
        await TryWriteAsync(key, ended, from, cancellationToken).ConfigureAwait(false)
        ?? (await FindAsync(key, cancellationToken).ConfigureAwait(false) is { Ending: not null } stored ? stored : null);

    /// <summary>Writes rows of one table in as few transactions as carry them.</summary>
    /// <returns>
    /// Each row as it is stored, in the order of <paramref name="writes"/>; <see langword="null"/> where its transaction was refused: nothing of
    /// that one is stored, whosever row it was refused for, so each is to be written alone.
    /// </returns>
    public async ValueTask<IReadOnlyList<ControlRow?>> TryWriteAllAsync(IReadOnlyList<ControlWrite> writes, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var stored = new ControlRow?[writes.Count];
        var rows = writes.Select((write, at) =>
        {
            var next = Dated(write.Row, now);
            return (At: at, Next: next, Row: next.ToTableRow(write.Key) with { ETag = write.Over?.ETag ?? "" });
        });
        foreach (var batch in TableBatches.Cut(rows, row => row.Row))
        {
            var etags = await tables.TryWriteAllAsync(writes[0].Key.Table, [.. batch.Select(row => row.Row)], cancellationToken).ConfigureAwait(false);
            for (var at = 0; at < etags?.Count; at++)
            {
                stored[batch[at].At] = batch[at].Next with { ETag = etags[at] };
            }
        }

        return stored;
    }

    // A row that is written as running is a claim.
    private static ControlRow Dated(ControlRow row, DateTimeOffset now) =>
        row.State == TaskState.Running ? row with { StartedAt = now } : row;

    private async ValueTask<ControlRow?> TryWriteAsync(ControlKey key, ControlRow row, ControlRow? over, CancellationToken cancellationToken)
    {
        var next = Dated(row, time.GetUtcNow());
        var etag = over is null
            ? await tables.TryInsertAsync(key.Table, next.ToTableRow(key), cancellationToken).ConfigureAwait(false)
            : await tables.TryReplaceAsync(key.Table, next.ToTableRow(key), over.ETag, cancellationToken).ConfigureAwait(false);
        return etag is null ? null : next with { ETag = etag };
    }
}
