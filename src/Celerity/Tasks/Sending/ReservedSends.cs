using Celerity.Retry;
using Celerity.Storage;

namespace Celerity.Tasks.Sending;

/// <summary>
/// Sends that must not happen twice. The send row is stored as Reserved first, then the message is sent, then the row says Sent. Whoever
/// repeats it sends the same message with the same id, and a reserved task is always claimed: two copies run it once.
/// </summary>
internal sealed class ReservedSends(ITableStore tables, IQueueStore queues, SendNotes notes, DebounceRows debounces, TimeProvider time)
{
    /// <summary>Sends a task, or goes on with what was interrupted. A note tells the sweep of it meanwhile.</summary>
    /// <returns><see langword="false"/> where it had been sent before.</returns>
    public async ValueTask<bool> SendAsync(SendRow row, CancellationToken cancellationToken)
    {
        var note = await notes.AddAsync(row.Id, orderPartition: null, cancellationToken).ConfigureAwait(false);
        var isSent = await SendCoveredAsync(row, cancellationToken).ConfigureAwait(false);
        await notes.RemoveAsync(note, cancellationToken).ConfigureAwait(false);
        return isSent;
    }

    /// <summary>The same without a note: for a caller that comes back to it by itself until it has returned.</summary>
    public async ValueTask<bool> SendCoveredAsync(SendRow row, CancellationToken cancellationToken)
    {
        var reserved = row with { State = SendRow.Reserved };
        if (await tables.TryInsertAsync(StorageNames.TasksTable, reserved.ToTableRow(), cancellationToken).ConfigureAwait(false) is { } etag)
        {
            await SendStoredAsync(reserved with { ETag = etag }, isFirst: true, cancellationToken).ConfigureAwait(false);
            return true;
        }

        if (await FindAsync(row.Id, cancellationToken).ConfigureAwait(false) is not { State: SendRow.Reserved } stored)
        {
            return false;
        }

        await SendStoredAsync(stored, isFirst: false, cancellationToken).ConfigureAwait(false);
        return true;
    }

    public async ValueTask<SendRow?> FindAsync(string id, CancellationToken cancellationToken)
    {
        var key = TaskKeys.SendOf(id);
        return await tables.FindAsync(key.Table, key.PartitionKey, key.RowKey, cancellationToken).ConfigureAwait(false) is { } row ? SendRow.From(row) : null;
    }

    /// <summary>Sends what is stored as Reserved.</summary>
    /// <param name="row">The stored row.</param>
    /// <param name="isFirst">Whether this sender has just stored it; another may come long after newer sends of its debounce key.</param>
    /// <param name="cancellationToken">Stops the wait.</param>
    public async ValueTask SendStoredAsync(SendRow row, bool isFirst, CancellationToken cancellationToken)
    {
        if (row.DebounceKey is not null)
        {
            await debounces.RegisterAsync(row, isFirst, cancellationToken).ConfigureAwait(false);
        }

        var delay = row.DueAt - time.GetUtcNow() is { } wait && wait > TimeSpan.Zero ? wait : TimeSpan.Zero;
        if (delay > RetryDecision.LongestDelay)
        {
            // A queue holds no message that long. It stays Reserved until it is moved; stored twice is stored.
            _ = await tables.TryInsertAsync(StorageNames.ScheduledTable, ScheduledSends.ToTableRow(row, time.GetUtcNow()), cancellationToken).ConfigureAwait(false);
            return;
        }

        await queues.SendAsync(row.Queue, row.Message, delay, cancellationToken).ConfigureAwait(false);
        await MarkSentAsync(row, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Sends what is due far ahead to its queue at once, for who has seen that it must not run.</summary>
    public async ValueTask SendNowAsync(SendRow row, CancellationToken cancellationToken)
    {
        if (await FindAsync(row.Id, cancellationToken).ConfigureAwait(false) is { State: SendRow.Reserved } stored)
        {
            await queues.SendAsync(stored.Queue, stored.Message, TimeSpan.Zero, cancellationToken).ConfigureAwait(false);
            await MarkSentAsync(stored, cancellationToken).ConfigureAwait(false);
        }
    }

    // Refused: another sender of the same row has marked it.
    public async ValueTask MarkSentAsync(SendRow row, CancellationToken cancellationToken) =>
        _ = await tables.TryReplaceAsync(StorageNames.TasksTable, (row with { State = SendRow.Sent }).ToTableRow(), row.ETag, cancellationToken)
            .ConfigureAwait(false);
}
