using Celerity.Groups;
using Celerity.Maintenance;
using Celerity.Storage;

namespace Celerity.Expiry;

/// <summary>Drops the ledger rows of groups that have been closed for long enough: so many requests a round and no more.</summary>
/// <remarks>
/// An open group is never touched. Pages go first and the root last, its record no later than its end: wherever a round breaks off, the next
/// one sees a group that has ended, or rows without a group, and goes on. Such rows are also what a very late copy of a child's message writes.
/// </remarks>
internal sealed class GroupExpiry(ITableStore tables, GroupStore groups, GroupNotes notes, TimeProvider time) : IMaintenanceStep
{
    private const string Walk = "groups";
    private const int MaxRequests = 200;
    private const int PageRows = 1000;

    private static readonly TimeSpan LongestAwaited = TimeSpan.FromDays(365);

    // What is kept is read again in each walk, one by one.
    private static readonly TimeSpan Rest = TimeSpan.FromHours(6);

    public async ValueTask RunAsync(CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var cursor = await ExpiryCursor.ReadAsync(tables, Walk, cancellationToken).ConfigureAwait(false);
        if (cursor.RestUntil > now)
        {
            return;
        }

        cursor = cursor with { RestUntil = now };
        var before = GroupKeys.HourPrefix(now - TaskExpiry.TwinFloor);
        for (var requests = 0; requests < MaxRequests;)
        {
            requests++;
            var from = cursor.Partition.Length == 0 ? GroupKeys.FirstPartition : cursor.Partition;
            var next = string.CompareOrdinal(from, before) < 0
                ? await tables.FindFirstPartitionAsync(StorageNames.LedgerTable, from, before, cancellationToken).ConfigureAwait(false)
                : null;
            if (next is null)
            {
                cursor = cursor with { Partition = "", RestUntil = now + Rest };
                break;
            }

            var id = GroupKeys.IdOf(next);
            requests += 2;
            if (await IsKeptAsync(id, now, cancellationToken).ConfigureAwait(false))
            {
                cursor = cursor with { Partition = GroupKeys.End(id) };
                continue;
            }

            // Interrupted for want of requests, it is the first that the next round finds.
            cursor = cursor with { Partition = GroupKeys.Root(id) };
            requests += await DropAsync(id, MaxRequests - requests, cancellationToken).ConfigureAwait(false);
        }

        await cursor.WriteAsync(tables, Walk, cancellationToken).ConfigureAwait(false);
    }

    private async ValueTask<bool> IsKeptAsync(string id, DateTimeOffset now, CancellationToken cancellationToken)
    {
        if (await groups.FindRootAsync(id, cancellationToken).ConfigureAwait(false) is not { } root)
        {
            return false;
        }

        if (root.End is { } end)
        {
            var ttl = root.Group.ResultTtl;
            return end.At + (ttl > TaskExpiry.TwinFloor ? ttl : TaskExpiry.TwinFloor) > now;
        }

        // Its tasks may be told to wait for long. One of a run that broke off before all of them were sent never ends.
        if (root.Group.Waiter is not null)
        {
            return root.Group.CreatedAt + LongestAwaited > now;
        }

        // Open, unless its sender died before its first message left: then the watch has given it up.
        return await notes.IsOpenAsync(id, cancellationToken).ConfigureAwait(false);
    }

    private async ValueTask<int> DropAsync(string id, int maxRequests, CancellationToken cancellationToken)
    {
        var requests = 0;
        List<TableRow> rows;
        do
        {
            // The pages lie behind the root.
            var query = new TableQuery(null) { PartitionKeyFrom = GroupKeys.Root(id) + ":", PartitionKeyBefore = GroupKeys.End(id), Select = [], Limit = PageRows };
            rows = await ReadAsync(query, cancellationToken).ConfigureAwait(false);
            requests += 1 + await DeleteAsync(rows, cancellationToken).ConfigureAwait(false);
        }
        while (rows.Count == PageRows && requests < maxRequests);

        if (rows.Count < PageRows)
        {
            var root = await ReadAsync(new TableQuery(GroupKeys.Root(id)) { Select = [] }, cancellationToken).ConfigureAwait(false);
            requests += 1 + await DeleteAsync(root.OrderByDescending(row => row.RowKey, StringComparer.Ordinal), cancellationToken).ConfigureAwait(false);
        }

        return requests;
    }

    private ValueTask<List<TableRow>> ReadAsync(TableQuery query, CancellationToken cancellationToken) =>
        tables.QueryAsync(StorageNames.LedgerTable, query, cancellationToken).ToListAsync(cancellationToken);

    // Refused where another round was faster: what it has left is found again.
    private async ValueTask<int> DeleteAsync(IEnumerable<TableRow> rows, CancellationToken cancellationToken)
    {
        var requests = 0;
        foreach (var batch in rows.GroupBy(row => row.PartitionKey, StringComparer.Ordinal).SelectMany(page => page.Chunk(TableLimits.BatchRows)))
        {
            requests++;
            _ = await tables.TryDeleteAllAsync(StorageNames.LedgerTable, batch, cancellationToken).ConfigureAwait(false);
        }

        return requests;
    }
}
