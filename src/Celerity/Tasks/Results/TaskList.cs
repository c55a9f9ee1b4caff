using System.Globalization;
using Celerity.Handover;
using Celerity.Storage;

namespace Celerity.Tasks.Results;

/// <summary>Lists tasks, the newest first, by bounded requests.</summary>
/// <remarks>
/// A table is read upwards only. So it is read in windows of time, from now backwards, each by one query over the shards of one hour; ids
/// begin with their milliseconds, so a window is a range of row keys. A window with more rows than one answer of the service holds is cut, within one millisecond by the random bits that
/// follow it; empty days are leapt over.
/// </remarks>
internal sealed class TaskList(ITableStore tables, TaskRecords records, PayloadText payloads, TimeProvider time)
{
    private const int MaxRequests = 64;
    private const int MaxLimit = 200;
    private const int MaxRows = 1000;

    // Of up to 64 KiB each.
    private const int MaxMessages = 250;
    private const long FirstWindow = 60_000 * IdRange.Millisecond;

    private static readonly TimeSpan Day = TimeSpan.FromDays(1);

    // Other machines' clocks may be ahead of ours.
    private static readonly TimeSpan ClockTolerance = TimeSpan.FromMinutes(5);

    // Neither messages nor results: a page of them could be 100 MB.
    private static readonly string[] Facts =
    [
        "state", "task", "queue", "correlationId", "run", "step", "sentAt", "dueAt", "attempt", "crashes", "startedAt", "endedAt", "host", "category", "reason",
    ];

    private static readonly string[] FactsAndMessage = [.. Facts, "message"];

    public async ValueTask<TaskPage> ReadAsync(TaskListQuery query, CancellationToken cancellationToken)
    {
        if (query.Limit is < 1 or > MaxLimit)
        {
            throw new CelerityException(ErrorCodes.SettingOutOfRange, $"limit is {query.Limit}; it must be 1 to {MaxLimit}.");
        }

        TaskFilter.Check(query);
        var filter = new TaskFilter(query, payloads);
        var (before, end) = BeginOf(query);
        var first = query.From is { } from ? IdRange.PlaceAt(from) : 0;
        var (mostRows, select) = filter.ReadsMessages ? (MaxMessages, FactsAndMessage) : (MaxRows, Facts);
        var found = new List<TaskRecord>();
        var (window, seen) = (FirstWindow, 0L);
        for (var requests = 0; requests < MaxRequests; requests++)
        {
            if (end <= first)
            {
                return new TaskPage(found, null);
            }

            var hour = IdRange.HourOf(end - 1);
            var start = Math.Max(Math.Max(end - window, IdRange.PlaceAt(hour)), first);
            var rows = await ReadWindowAsync(hour, start, before, select, mostRows, cancellationToken).ConfigureAwait(false);
            if (rows.Count == mostRows && end - start > 1)
            {
                (window, seen) = (Math.Max(1, (end - start) / 8), rows.Max(row => IdRange.FindEnd(TaskKeys.IdOf(row.RowKey)) ?? 0) - 1);
                continue;
            }

            if (rows.Count == mostRows)
            {
                // No smaller window is left.
                rows = await ReadWindowAsync(hour, start, before, select, limit: null, cancellationToken).ConfigureAwait(false);
            }

            foreach (var (task, send) in ToTasks(rows))
            {
                if (await filter.FitsAsync(task, send, cancellationToken).ConfigureAwait(false))
                {
                    found.Add(task);
                    if (found.Count == query.Limit)
                    {
                        return new TaskPage(found, task.Id);
                    }
                }
            }

            (end, before) = (start, IdRange.FirstIdAt(start));

            // No faster than that it most likely fits; over what is empty at once to a row that was seen below it.
            window = rows.Count == 0 && seen > 0 && seen < start
                ? start - seen
                : Math.Min(IdRange.Hour, window * (rows.Count * 4 <= mostRows ? 4 : rows.Count * 2 <= mostRows ? 2 : 1));
            if (rows.Count == 0 && start == IdRange.PlaceAt(hour))
            {
                requests += 2;
                if (!await AnyAsync(hour - Day, hour, cancellationToken).ConfigureAwait(false))
                {
                    if (!await AnyAsync(null, hour - Day, cancellationToken).ConfigureAwait(false))
                    {
                        return new TaskPage(found, null);
                    }

                    end = IdRange.PlaceAt(hour - Day);
                    before = IdRange.FirstIdAt(end);
                }
            }
        }

        return new TaskPage(found, before);
    }

    private (string Before, long End) BeginOf(TaskListQuery query)
    {
        var latest = IdRange.PlaceAt(query.To ?? (time.GetUtcNow() + ClockTolerance));
        if (query.After is not { } after)
        {
            return (IdRange.FirstIdAt(latest), latest);
        }

        var end = IdRange.FindEnd(after) ?? throw new CelerityException(
            ErrorCodes.SettingOutOfRange, "after is no cursor. Pass 'next' of the page before, or the id of the last task seen.");
        return query.To is null || end <= latest ? (after, end) : (IdRange.FirstIdAt(latest), latest);
    }

    private IEnumerable<(TaskRecord Task, TableRow? Send)> ToTasks(List<TableRow> rows)
    {
        foreach (var task in rows.GroupBy(row => TaskKeys.IdOf(row.RowKey), StringComparer.Ordinal).OrderByDescending(task => task.Key, StringComparer.Ordinal))
        {
            var send = task.FirstOrDefault(row => TaskKeys.IsSend(row.RowKey));
            var control = task.FirstOrDefault(row => TaskKeys.IsControl(row.RowKey)) is { } found ? ControlRow.From(found) : null;
            if (records.Of(task.Key, control, send) is { } record)
            {
                yield return (record, send);
            }
        }
    }

    private async ValueTask<List<TableRow>> ReadWindowAsync(
        DateTimeOffset hour, long from, string before, IReadOnlyList<string> select, int? limit, CancellationToken cancellationToken)
    {
        var name = hour.ToString("yyyyMMddHH", CultureInfo.InvariantCulture);
        var query = new TableQuery(null)
        {
            PartitionKeyFrom = name + "-",
            PartitionKeyBefore = name + ".",
            RowKeyFrom = IdRange.FirstIdAt(from),
            RowKeyBefore = before,
            Select = select,
            Limit = limit,
        };
        var rows = new List<TableRow>();
        await foreach (var row in tables.QueryAsync(StorageNames.TasksTable, query, cancellationToken).ConfigureAwait(false))
        {
            rows.Add(row);
        }

        return rows;
    }

    private async ValueTask<bool> AnyAsync(DateTimeOffset? from, DateTimeOffset before, CancellationToken cancellationToken)
    {
        var query = new TableQuery(null)
        {
            PartitionKeyFrom = from?.ToString("yyyyMMddHH", CultureInfo.InvariantCulture),
            PartitionKeyBefore = before.ToString("yyyyMMddHH", CultureInfo.InvariantCulture),
            Select = [],
            Limit = 1,
        };
        await foreach (var _ in tables.QueryAsync(StorageNames.TasksTable, query, cancellationToken).ConfigureAwait(false))
        {
            return true;
        }

        return false;
    }
}
