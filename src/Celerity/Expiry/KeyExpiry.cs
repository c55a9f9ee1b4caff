using Celerity.Handover;
using Celerity.Maintenance;
using Celerity.Storage;
using Celerity.Tasks;
using Celerity.Tasks.Sending;

namespace Celerity.Expiry;

/// <summary>Drops rows of senders' keys that nothing waits for any more, so many requests a round and no more.</summary>
/// <remarks>
/// Each goes by its version alone: whoever has written it meanwhile keeps it. What goes is a ticket that ended so long ago that no copy of
/// its message can come, and a lock or a newest send of that age whose task has ended or was never sent.
/// </remarks>
internal sealed class KeyExpiry(ITableStore tables, ControlRows controls, TimeProvider time) : IMaintenanceStep
{
    private const string Walk = "keys";
    private const int MaxRequests = 200;
    private const int PageRows = 1000;

    private static readonly TimeSpan Rest = TimeSpan.FromHours(1);

    private static readonly string[] Facts = ["id", OrderedSends.ClosedAtColumn, UniqueSends.TakenAtColumn, DebounceRows.RankColumn];

    public async ValueTask RunAsync(CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var cursor = await ExpiryCursor.ReadAsync(tables, Walk, cancellationToken).ConfigureAwait(false);
        if (cursor.RestUntil > now)
        {
            return;
        }

        // From the partition on in which the last page ended: a row that is there still is looked at again.
        var query = new TableQuery(null) { PartitionKeyFrom = cursor.Partition, Select = Facts, Limit = PageRows };
        var rows = await tables.QueryAsync(StorageNames.KeysTable, query, cancellationToken).ToListAsync(cancellationToken).ConfigureAwait(false);
        var (requests, at) = (0, 0);
        for (; at < rows.Count && requests < MaxRequests; at++)
        {
            requests += await DropAsync(rows[at], now - TaskExpiry.TwinFloor, cancellationToken).ConfigureAwait(false);
        }

        cursor = at == rows.Count && rows.Count < PageRows
            ? cursor with { Partition = "", RestUntil = now + Rest }
            : cursor with { Partition = Next(rows, at), RestUntil = now };
        await cursor.WriteAsync(tables, Walk, cancellationToken).ConfigureAwait(false);
    }

    // A line that fills a page is busy: what it leaves goes when its next task ends.
    private static string Next(List<TableRow> rows, int at) =>
        at < rows.Count ? rows[at].PartitionKey
        : rows[0].PartitionKey == rows[^1].PartitionKey ? rows[0].PartitionKey + "!"
        : rows[^1].PartitionKey;

    private async ValueTask<int> DropAsync(TableRow row, DateTimeOffset before, CancellationToken cancellationToken)
    {
        if (row.FindTime(OrderedSends.ClosedAtColumn) < before)
        {
            await DeleteAsync(row, cancellationToken).ConfigureAwait(false);
            return 1;
        }

        var isOld = row.FindTime(UniqueSends.TakenAtColumn) < before
            || (row.Values.ContainsKey(DebounceRows.RankColumn) && row.GetInt64(DebounceRows.RankColumn) < before.UtcTicks);
        if (!isOld)
        {
            return 0;
        }

        if (!await IsOverAsync(row, cancellationToken).ConfigureAwait(false))
        {
            return 2;
        }

        await DeleteAsync(row, cancellationToken).ConfigureAwait(false);
        return 3;
    }

    // One without any row was never sent, or its record has expired. A cached result goes with its task's record, and not before.
    private async ValueTask<bool> IsOverAsync(TableRow row, CancellationToken cancellationToken)
    {
        var id = row.FindString("id")!;
        if (await controls.FindAsync(TaskKeys.ControlOf(id), cancellationToken).ConfigureAwait(false) is { } control)
        {
            return control.Ending is not null && !(KeyRows.IsCache(row.PartitionKey) && control.State == TaskState.Succeeded);
        }

        var key = TaskKeys.SendOf(id);
        return await tables.FindAsync(key.Table, key.PartitionKey, key.RowKey, cancellationToken).ConfigureAwait(false) is null;
    }

    private async ValueTask DeleteAsync(TableRow row, CancellationToken cancellationToken) =>
        _ = await tables.TryDeleteAsync(StorageNames.KeysTable, row.PartitionKey, row.RowKey, row.ETag, cancellationToken).ConfigureAwait(false);
}
