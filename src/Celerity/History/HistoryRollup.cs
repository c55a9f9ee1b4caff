using Celerity.Expiry;
using Celerity.Maintenance;
using Celerity.Storage;
using Microsoft.Extensions.Options;

namespace Celerity.History;

/// <summary>Adds the minutes of hours that are over up to one row each, and drops what is older than is kept, once an hour.</summary>
/// <remarks>
/// An hour is added up 10 minutes after its end, and once more when its minutes have been kept for long enough: then its row is closed in the
/// same write and never changes again, and its minutes go. Wherever a round breaks off, the next one finds the minutes that are left beside a closed
/// hour and deletes them. What is added up twice gives the same row.
/// </remarks>
internal sealed class HistoryRollup(ITableStore tables, IOptions<HistoryOptions> options, TimeProvider time) : IMaintenanceStep
{
    private const int MaxRequests = 200;

    // Storage that is down for a few minutes delays what processes write.
    private static readonly TimeSpan Settling = TimeSpan.FromMinutes(10);

    private DateTimeOffset _next;

    public async ValueTask RunAsync(CancellationToken cancellationToken)
    {
        // The second: set back, the clock must not keep it from its work.
        var now = time.GetUtcNow();
        if (now < _next && _next - now <= TimeSpan.FromHours(1))
        {
            return;
        }

        var isDone = await RollUpAsync(HistoryRows.HourOf(now - Settling), cancellationToken).ConfigureAwait(false)
            & await DropMinutesAsync(HistoryRows.HourOf(now.AddHours(-options.Value.MinutesKeptHours)), cancellationToken).ConfigureAwait(false)
            & await DropHoursAsync(now.AddDays(-options.Value.HoursKeptDays), cancellationToken).ConfigureAwait(false);
        _next = isDone ? HistoryRows.HourOf(now - Settling).AddHours(1) + Settling : now;
    }

    // From behind the last hour that has a row: what is late for an older one is added when that is closed.
    private async ValueTask<bool> RollUpAsync(DateTimeOffset before, CancellationToken cancellationToken)
    {
        var rolled = await tables.QueryAsync(
            StorageNames.HistoryTable,
            new TableQuery(HistoryRows.Hours) { RowKeyFrom = HistoryRows.HourKey(before.AddHours(-options.Value.MinutesKeptHours)), RowKeyBefore = HistoryRows.HourKey(before), Select = [] },
            cancellationToken).LastOrDefaultAsync(cancellationToken).ConfigureAwait(false);
        var from = rolled is null ? HistoryRows.FirstMinutes : HistoryRows.MinutesOf(HistoryRows.HourOfKey(rolled.RowKey).AddHours(1));
        for (var requests = 1; requests < MaxRequests; requests += 4)
        {
            var found = await tables.FindFirstPartitionAsync(
                StorageNames.HistoryTable, from, HistoryRows.MinutesOf(before), cancellationToken).ConfigureAwait(false);
            if (found is null)
            {
                return true;
            }

            var hour = HistoryRows.HourOfPartition(found);
            _ = await TryWriteAsync(hour, isClosed: false, cancellationToken).ConfigureAwait(false);
            from = HistoryRows.MinutesOf(hour.AddHours(1));
        }

        return false;
    }

    private async ValueTask<bool> DropMinutesAsync(DateTimeOffset before, CancellationToken cancellationToken)
    {
        for (var requests = 0; requests < MaxRequests;)
        {
            var found = await tables.FindFirstPartitionAsync(
                StorageNames.HistoryTable, HistoryRows.FirstMinutes, HistoryRows.MinutesOf(before), cancellationToken).ConfigureAwait(false);
            if (found is null)
            {
                return true;
            }

            // Refused where another round was faster: the next one sees what that has left.
            if (await TryWriteAsync(HistoryRows.HourOfPartition(found), isClosed: true, cancellationToken).ConfigureAwait(false) is not { } rows)
            {
                return false;
            }

            foreach (var batch in rows.Chunk(TableLimits.BatchRows))
            {
                _ = await tables.TryDeleteAllAsync(StorageNames.HistoryTable, batch, cancellationToken).ConfigureAwait(false);
            }

            requests += 4 + (rows.Count / TableLimits.BatchRows) + (rows.Count / 1000);
        }

        return false;
    }

    private async ValueTask<bool> DropHoursAsync(DateTimeOffset before, CancellationToken cancellationToken)
    {
        var query = new TableQuery(HistoryRows.Hours) { RowKeyBefore = HistoryRows.HourKey(before), Select = [], Limit = TableLimits.BatchRows };
        var rows = await tables.QueryAsync(StorageNames.HistoryTable, query, cancellationToken).ToListAsync(cancellationToken).ConfigureAwait(false);
        if (rows.Count > 0)
        {
            _ = await tables.TryDeleteAllAsync(StorageNames.HistoryTable, rows, cancellationToken).ConfigureAwait(false);
        }

        return rows.Count < TableLimits.BatchRows;
    }

    /// <summary>Writes an hour's row, unless it is closed.</summary>
    /// <returns>The keys of its minutes, as they were read after the hour; <see langword="null"/> where another has written it meanwhile.</returns>
    private async ValueTask<IReadOnlyList<TableRow>?> TryWriteAsync(DateTimeOffset hour, bool isClosed, CancellationToken cancellationToken)
    {
        // Before the minutes: where they are being deleted meanwhile, the hour has changed, and what is written over it is refused.
        var stored = await tables.FindAsync(StorageNames.HistoryTable, HistoryRows.Hours, HistoryRows.HourKey(hour), cancellationToken).ConfigureAwait(false);
        var keys = new List<TableRow>();
        var rows = tables.QueryAsync(StorageNames.HistoryTable, new TableQuery(HistoryRows.MinutesOf(hour)), cancellationToken).Select(row =>
        {
            keys.Add(row with { Values = new Dictionary<string, object>() });
            return row;
        });
        var sum = new HistoryPoint(hour, new HistoryTally(), null);
        await foreach (var minute in MinuteMerge.MergeAsync(rows).ConfigureAwait(false))
        {
            sum = sum.With(minute);
        }

        if (stored?.GetBoolean(HistoryRows.IsClosedColumn) == true)
        {
            return keys;
        }

        var row = HistoryRows.OfHour(sum, isClosed);
        var etag = stored is null
            ? await tables.TryInsertAsync(StorageNames.HistoryTable, row, cancellationToken).ConfigureAwait(false)
            : await tables.TryReplaceAsync(StorageNames.HistoryTable, row, stored.ETag, cancellationToken).ConfigureAwait(false);
        return etag is null ? null : keys;
    }
}
