using System.Globalization;
using Celerity.Handover;
using Celerity.Storage;
using Celerity.Wire;

namespace Celerity.Tasks.Sending;

/// <summary>
/// Tasks of a key run one after the other. Each send draws a ticket; only the message of the first ticket that has not ended is on a queue.
/// </summary>
/// <remarks>
/// Insert, then look, on both sides: a sender inserts its ticket, then looks whether the one before has ended; the end of a task marks its
/// ticket, then looks whether the next is there. At least one of them sees both. Where both do they send the same message, and a reserved
/// task runs once. The last ticket of a key stays when it has ended, so that numbers go on; once no copy of its message can come any more
/// it is dropped, and the line begins anew. Whoever draws the next number writes it again with his own, in one transaction: between him and
/// who drops it one is refused.
/// </remarks>
internal sealed class OrderedSends(
    ITableStore tables, ReservedSends reserved, SendNotes notes, ControlRows controls, TaskEncoder encoder, TimeProvider time) : ITaskEffect
{
    /// <summary>When a ticket was found to have ended.</summary>
    public const string ClosedAtColumn = "closedAt";

    private const string Waiting = "waiting";
    private const string Ended = "ended";
    private const string StateColumn = "ticketState";

    /// <summary>Draws a ticket for a task, and sends it where it is its turn.</summary>
    public async ValueTask SendAsync(TaskEnvelope envelope, SendRow row, CancellationToken cancellationToken)
    {
        var line = KeyRows.Order(envelope.OrderKey!);
        var note = await notes.AddAsync(row.Id, line, cancellationToken).ConfigureAwait(false);
        var ticket = await DrawAsync(envelope, row, line, cancellationToken).ConfigureAwait(false);
        if (await IsTurnAsync(line, NumberOf(ticket), cancellationToken).ConfigureAwait(false))
        {
            await SendFromAsync(ticket, cancellationToken).ConfigureAwait(false);
        }
        else
        {
            // For whoever looks it up while it waits.
            _ = await tables.TryInsertAsync(
                StorageNames.TasksTable, (SendRow.From(ticket) with { State = SendRow.Reserved }).ToTableRow(), cancellationToken).ConfigureAwait(false);
        }

        await notes.RemoveAsync(note, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Sends the first waiting task of a line: what an interrupted sender may have left undone.</summary>
    /// <returns><see langword="false"/> where <paramref name="id"/> had drawn no ticket yet: then it is to be looked at again.</returns>
    public async ValueTask<bool> SendHeadAsync(string line, string id, CancellationToken cancellationToken)
    {
        // The highest number comes first, the head of the line last.
        var (head, isDrawn, isWaiting) = (default(string), false, false);
        var query = new TableQuery(line) { Select = ["id", StateColumn] };
        await foreach (var ticket in tables.QueryAsync(StorageNames.KeysTable, query, cancellationToken).ConfigureAwait(false))
        {
            isDrawn |= ticket.FindString("id") == id;
            isWaiting |= ticket.FindString("id") == id && ticket.FindString(StateColumn) == Waiting;
            head = ticket.FindString(StateColumn) == Waiting ? ticket.RowKey : head;
        }

        if (head is not null
            && await tables.FindAsync(StorageNames.KeysTable, line, head, cancellationToken).ConfigureAwait(false) is { } first
            && first.FindString(StateColumn) == Waiting)
        {
            await SendFromAsync(first, cancellationToken).ConfigureAwait(false);
        }

        // A ticket that was not seen to wait may have ended long ago, or have been drawn since: only the task's end tells.
        var row = await reserved.FindAsync(id, cancellationToken).ConfigureAwait(false);
        if (row is { State: SendRow.Reserved } && !isWaiting)
        {
            if (await controls.FindAsync(TaskKeys.ControlOf(id), cancellationToken).ConfigureAwait(false) is not { Ending: not null })
            {
                return false;
            }

            // It was sent; only the word of it was lost.
            await reserved.MarkSentAsync(row, cancellationToken).ConfigureAwait(false);
        }

        return isDrawn || row is not null;
    }

    public async ValueTask ApplyAsync(TaskEnvelope envelope, string queue, ControlRow ended, CancellationToken cancellationToken)
    {
        if (envelope is not { OrderKey: { } key, OrderTicket: { } number })
        {
            return;
        }

        var line = KeyRows.Order(key);
        if (!await MarkEndedAsync(line, number, envelope.Id, cancellationToken).ConfigureAwait(false))
        {
            return;
        }

        if (await FindAsync(line, number + 1, cancellationToken).ConfigureAwait(false) is { } next && next.FindString(StateColumn) == Waiting)
        {
            await SendFromAsync(next, cancellationToken).ConfigureAwait(false);
        }

        if (await FindAsync(line, number - 1, cancellationToken).ConfigureAwait(false) is { } before && before.FindString(StateColumn) == Ended)
        {
            _ = await tables.TryDeleteAsync(StorageNames.KeysTable, line, before.RowKey, before.ETag, cancellationToken).ConfigureAwait(false);
        }
    }

    private async ValueTask<TableRow> DrawAsync(TaskEnvelope envelope, SendRow row, string line, CancellationToken cancellationToken)
    {
        var last = await FindLastAsync(line, cancellationToken).ConfigureAwait(false);
        while (true)
        {
            var number = last is null ? 1 : NumberOf(last) + 1;
            var message = encoder.Encode(envelope with { OrderTicket = number }, row.Queue);
            var ticket = (row with { State = SendRow.Reserved, Message = message }).ToTableRow(line, KeyOf(number));
            ticket = ticket with { Values = new Dictionary<string, object>(ticket.Values) { [StateColumn] = Waiting, ["number"] = number } };
            if (await TryInsertAsync(ticket, last, cancellationToken).ConfigureAwait(false))
            {
                return ticket;
            }

            // Drawn by another sender, or by this one whose reply was lost; or the one before it was dropped.
            var found = await FindAsync(line, number, cancellationToken).ConfigureAwait(false);
            if (found?.FindString("id") == row.Id && found.FindString(StateColumn) == Waiting)
            {
                return found;
            }

            last = found ?? await FindLastAsync(line, cancellationToken).ConfigureAwait(false);
        }
    }

    private async ValueTask<bool> TryInsertAsync(TableRow ticket, TableRow? last, CancellationToken cancellationToken) =>
        last?.FindString(StateColumn) == Ended
            ? await tables.TryWriteAllAsync(StorageNames.KeysTable, [ticket, last], cancellationToken).ConfigureAwait(false) is not null
            : await tables.TryInsertAsync(StorageNames.KeysTable, ticket, cancellationToken).ConfigureAwait(false) is not null;

    // The next in line too, where the same task was sent twice and has ended since: its second ticket has no end of its own.
    private async ValueTask SendFromAsync(TableRow ticket, CancellationToken cancellationToken)
    {
        var next = ticket;
        while (next is not null && next.FindString(StateColumn) == Waiting
            && !await reserved.SendCoveredAsync(SendRow.From(next), cancellationToken).ConfigureAwait(false)
            && await controls.FindAsync(TaskKeys.ControlOf(next.FindString("id")!), cancellationToken).ConfigureAwait(false) is { Ending: not null })
        {
            var number = NumberOf(next);
            _ = await MarkEndedAsync(next.PartitionKey, number, next.FindString("id")!, cancellationToken).ConfigureAwait(false);
            next = await FindAsync(next.PartitionKey, number + 1, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <returns>Whether the line may have waited for it: not where it has begun anew since, and the number is another task's.</returns>
    private async ValueTask<bool> MarkEndedAsync(string line, long number, string id, CancellationToken cancellationToken)
    {
        while (await FindAsync(line, number, cancellationToken).ConfigureAwait(false) is { } ticket)
        {
            if (ticket.FindString("id") != id || ticket.FindString(StateColumn) != Waiting)
            {
                return ticket.FindString("id") == id;
            }

            var mark = new Dictionary<string, object>
            {
                ["id"] = id,
                [StateColumn] = Ended,
                ["number"] = number,
                [ClosedAtColumn] = time.GetUtcNow(),
            };
            _ = await tables.TryReplaceAsync(StorageNames.KeysTable, new TableRow(line, ticket.RowKey, mark), ticket.ETag, cancellationToken)
                .ConfigureAwait(false);
        }

        return true;
    }

    // A ticket is removed only once it has ended.
    private async ValueTask<bool> IsTurnAsync(string line, long number, CancellationToken cancellationToken) =>
        number == 1
        || await FindAsync(line, number - 1, cancellationToken).ConfigureAwait(false) is not { } before
        || before.FindString(StateColumn) == Ended;

    private ValueTask<TableRow?> FindLastAsync(string line, CancellationToken cancellationToken)
    {
        // All that an ended one has: it is written again as it is.
        var query = new TableQuery(line) { Select = ["id", StateColumn, "number", ClosedAtColumn], Limit = 1 };
        return tables.QueryAsync(StorageNames.KeysTable, query, cancellationToken).FirstOrDefaultAsync(cancellationToken);
    }

    private ValueTask<TableRow?> FindAsync(string line, long number, CancellationToken cancellationToken) =>
        tables.FindAsync(StorageNames.KeysTable, line, KeyOf(number), cancellationToken);

    private static long NumberOf(TableRow ticket) => ticket.GetInt64("number");

    // Counted down, so that the newest comes first.
    private static string KeyOf(long number) => (long.MaxValue - number).ToString("D19", CultureInfo.InvariantCulture);
}
