using Celerity.Controls;
using Celerity.Storage;

namespace Celerity.Schedules;

/// <summary>The rows of schedules.</summary>
internal sealed class ScheduleStore(ITableStore tables, ControlStore controls, TimeProvider time)
{
    private const string MarkTarget = "api";

    /// <summary>Reads all of them, in one request up to a thousand.</summary>
    public async ValueTask<List<ScheduleState>> ListAsync(CancellationToken cancellationToken)
    {
        var states = new List<ScheduleState>();
        var query = new TableQuery(ControlEntry.Partition) { RowKeyFrom = ScheduleState.RowPrefix, RowKeyBefore = ScheduleState.AfterAll };
        await foreach (var row in tables.QueryAsync(StorageNames.ControlTable, query, cancellationToken).ConfigureAwait(false))
        {
            states.Add(ScheduleState.From(row));
        }

        return states;
    }

    public async ValueTask<ScheduleState?> FindAsync(string name, CancellationToken cancellationToken) =>
        await tables.FindAsync(StorageNames.ControlTable, ControlEntry.Partition, ScheduleState.RowKeyOf(name), cancellationToken).ConfigureAwait(false) is { } row
            ? ScheduleState.From(row)
            : null;

    /// <summary>Writes a row where it is still as it was read: inserts it where it has no ETag.</summary>
    /// <returns>The row as it is stored; <see langword="null"/> where another was faster.</returns>
    public async ValueTask<ScheduleState?> TryWriteAsync(ScheduleState state, CancellationToken cancellationToken)
    {
        var stamped = state with { At = time.GetUtcNow(), IsUnwritten = false };
        var row = stamped.ToTableRow();
        var etag = state.ETag.Length == 0
            ? await tables.TryInsertAsync(StorageNames.ControlTable, row, cancellationToken).ConfigureAwait(false)
            : await tables.TryReplaceAsync(StorageNames.ControlTable, row, state.ETag, cancellationToken).ConfigureAwait(false);
        return etag is null ? null : stamped with { ETag = etag };
    }

    /// <summary>The same in one transaction with its record in the audit.</summary>
    public async ValueTask<ScheduleState?> TryWriteAsync(ScheduleState state, TableRow audit, CancellationToken cancellationToken)
    {
        var stamped = state with { At = time.GetUtcNow(), IsUnwritten = false };
        var rows = new List<TableRow> { stamped.ToTableRow(), audit };

        // That there is any is on the board, which every process reads anyway: an app without schedules pays nothing for them.
        if (state.Definition is not null && await controls.FindAsync(ControlKind.Schedules, MarkTarget, cancellationToken).ConfigureAwait(false) is null)
        {
            rows.Add(new ControlEntry(ControlKind.Schedules, MarkTarget, "{}", stamped.At).ToTableRow());
        }

        return await tables.TryWriteAllAsync(StorageNames.ControlTable, rows, cancellationToken).ConfigureAwait(false) is { } etags
            ? stamped with { ETag = etags[0] }
            : null;
    }

    public async ValueTask<bool> TryDeleteAsync(ScheduleState state, CancellationToken cancellationToken) => await tables.TryDeleteAsync(
        StorageNames.ControlTable, ControlEntry.Partition, ScheduleState.RowKeyOf(state.Name), state.ETag, cancellationToken).ConfigureAwait(false);

    /// <summary>Whether a schedule was ever defined over HTTP.</summary>
    public static bool HasAny(ControlSnapshot board) => board.Find(ControlKind.Schedules, MarkTarget) is not null;
}
