using System.Globalization;
using Celerity.Groups;
using Celerity.Maintenance;
using Celerity.Storage;
using Celerity.Tasks;
using Celerity.Tasks.Results;
using Celerity.Tasks.Sending;

namespace Celerity.Expiry;

/// <summary>Drops tasks whose results have expired: rows in transactions, blobs one by one, so many requests a round and no more.</summary>
/// <remarks>
/// A task that has not ended is never touched, nor one whose group is still open. Both rows of a task go in one transaction: a send row
/// that outlived its control row would look like a task that waits. Blobs go first: what no row names is found by nobody. So does the lock of a
/// cached result: one that outlived its task would be taken for that of an interrupted send.
/// </remarks>
internal sealed class TaskExpiry(ITableStore tables, IBlobStore blobs, TaskRecords records, GroupStore groups, UniqueSends cached, TimeProvider time) : IMaintenanceStep
{
    /// <summary>
    /// How long the rows of an ended task are kept at least: a copy of its message may come as late as the longest wait that a hand-over asks
    /// for (6 days), and a day is left for the queue in front of it.
    /// </summary>
    public static readonly TimeSpan TwinFloor = TimeSpan.FromDays(7);

    private const string Walk = "tasks";
    private const int MaxRequests = 200;
    private const int PageRows = 1000;

    // The partitions of ids that carry no time come after those of all years.
    private const string TimelessFrom = "x-";
    private const string TimelessBefore = "x.";

    private static readonly TimeSpan Rest = TimeSpan.FromHours(1);

    private static readonly string[] Facts = ["state", "task", "endedAt", "resultBlob", "payloadBlob", "group", "cacheKey", "id"];

    public async ValueTask RunAsync(CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var cursor = await ExpiryCursor.ReadAsync(tables, Walk, cancellationToken).ConfigureAwait(false);
        if (cursor.RestUntil > now)
        {
            return;
        }

        cursor = cursor with { RestUntil = now };
        var isOpen = new Dictionary<string, bool>(StringComparer.Ordinal);
        var requests = 0;
        while (requests < MaxRequests)
        {
            requests++;
            if (await NextPartitionAsync(cursor.Partition, now, cancellationToken).ConfigureAwait(false) is not { } partition)
            {
                cursor = cursor with { Partition = "", RowKey = "", RestUntil = now + Rest };
                break;
            }

            var query = new TableQuery(partition) { RowKeyFrom = partition == cursor.Partition ? cursor.RowKey : null, Select = Facts, Limit = PageRows };
            var rows = await tables.QueryAsync(StorageNames.TasksTable, query, cancellationToken).ToListAsync(cancellationToken).ConfigureAwait(false);
            var whole = WholeTasks(rows);
            requests += 1 + await DropAsync(whole, now, isOpen, cancellationToken).ConfigureAwait(false);
            cursor = rows.Count < PageRows || whole.Count == 0
                ? cursor with { Partition = partition + "!", RowKey = "" }
                : cursor with { Partition = partition, RowKey = rows[whole.Count].RowKey };
        }

        await cursor.WriteAsync(tables, Walk, cancellationToken).ConfigureAwait(false);
    }

    private async ValueTask<string?> NextPartitionAsync(string from, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var before = (now - TwinFloor).ToString("yyyyMMddHH", CultureInfo.InvariantCulture);
        return (string.CompareOrdinal(from, before) < 0 ? await FirstAsync(from, before, cancellationToken).ConfigureAwait(false) : null)
            ?? await FirstAsync(string.CompareOrdinal(from, TimelessFrom) < 0 ? TimelessFrom : from, TimelessBefore, cancellationToken).ConfigureAwait(false);
    }

    private ValueTask<string?> FirstAsync(string from, string before, CancellationToken cancellationToken) =>
        tables.FindFirstPartitionAsync(StorageNames.TasksTable, from, before, cancellationToken);

    // A full page may end in the middle of a task's rows; what begins like its last row is left for the next page.
    private static List<TableRow> WholeTasks(List<TableRow> rows)
    {
        if (rows.Count < PageRows)
        {
            return rows;
        }

        var last = rows[^1].RowKey;
        return rows[..rows.FindIndex(row => last.StartsWith(TaskKeys.IdOf(row.RowKey) + ":", StringComparison.Ordinal))];
    }

    private async ValueTask<int> DropAsync(
        IReadOnlyList<TableRow> rows, DateTimeOffset now, Dictionary<string, bool> isOpen, CancellationToken cancellationToken)
    {
        var requests = 0;
        var batch = new List<TableRow>();
        foreach (var task in rows.GroupBy(row => TaskKeys.IdOf(row.RowKey), StringComparer.Ordinal).Select(task => task.ToList()))
        {
            if (!await HasExpiredAsync(task, now, isOpen, cancellationToken).ConfigureAwait(false))
            {
                continue;
            }

            requests += await DropBesidesAsync(task, cancellationToken).ConfigureAwait(false);
            if (batch.Count + task.Count > TableLimits.BatchRows)
            {
                requests += await DeleteAsync(batch, cancellationToken).ConfigureAwait(false);
                batch = [];
            }

            batch.AddRange(task);
        }

        return requests + await DeleteAsync(batch, cancellationToken).ConfigureAwait(false);
    }

    private async ValueTask<bool> HasExpiredAsync(
        List<TableRow> task, DateTimeOffset now, Dictionary<string, bool> isOpen, CancellationToken cancellationToken)
    {
        if (task.Find(row => TaskKeys.IsControl(row.RowKey)) is not { } control || control.FindTime("endedAt") is not { } endedAt)
        {
            return false;
        }

        var ttl = records.TtlOf(control.FindString("task") ?? "");
        if (endedAt + (ttl > TwinFloor ? ttl : TwinFloor) > now)
        {
            return false;
        }

        // Its group may still want its result.
        if (control.FindString("group") is not { } group)
        {
            return true;
        }

        if (!isOpen.TryGetValue(group, out var open))
        {
            isOpen[group] = open = await groups.IsOpenAsync(group, cancellationToken).ConfigureAwait(false);
        }

        return !open;
    }

    private async ValueTask<int> DropBesidesAsync(List<TableRow> task, CancellationToken cancellationToken)
    {
        var requests = 0;
        var isDead = task.Exists(row => row.FindString("state") == nameof(TaskState.DeadLettered));
        foreach (var row in task)
        {
            if (row.FindString("cacheKey") is { } cacheKey)
            {
                requests += 2;
                await cached.ForgetCachedAsync(cacheKey, row.FindString("id")!, cancellationToken).ConfigureAwait(false);
            }

            if (row.FindString("resultBlob") is { } result)
            {
                requests++;
                await blobs.TryDeleteAsync(StorageNames.ResultsContainer, result, cancellationToken).ConfigureAwait(false);
            }

            // That of a dead letter is the letter's.
            if (!isDead && row.FindString("payloadBlob") is { } payload)
            {
                requests++;
                await blobs.TryDeleteAsync(StorageNames.PayloadsContainer, payload, cancellationToken).ConfigureAwait(false);
            }
        }

        return requests;
    }

    // Refused where a row has changed meanwhile: the next walk finds them again.
    private async ValueTask<int> DeleteAsync(List<TableRow> rows, CancellationToken cancellationToken)
    {
        if (rows.Count > 0)
        {
            _ = await tables.TryDeleteAllAsync(StorageNames.TasksTable, rows, cancellationToken).ConfigureAwait(false);
        }

        return rows.Count > 0 ? 1 : 0;
    }
}
