using System.Globalization;
using Celerity.Handover;
using Celerity.Storage;

namespace Celerity.Tasks.Results;

/// <summary>Lists tasks, the newest first, by bounded requests.</summary>
/// <remarks>
/// A table is read upwards only. So it is read in windows of time, from now backwards, each by one query over the shards of one hour; ids
/// begin with their milliseconds, so a window is a range of row keys. A window with too many rows is cut; empty days are leapt over.
/// </remarks>
internal sealed class TaskList(ITableStore tables, TaskRecords records, TimeProvider time)
{
    private const int MaxRequests = 64;
    private const int MaxLimit = 200;
    private const int MaxRows = 1000;

    private static readonly TimeSpan FirstWindow = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan Hour = TimeSpan.FromHours(1);
    private static readonly TimeSpan Day = TimeSpan.FromDays(1);

    // Other machines' clocks may be ahead of ours.
    private static readonly TimeSpan ClockTolerance = TimeSpan.FromMinutes(5);

    // Neither messages nor results: a page of them could be 100 MB.
    private static readonly string[] Facts =
    [
        "state", "task", "queue", "correlationId", "sentAt", "dueAt", "attempt", "crashes", "startedAt", "endedAt", "host", "category", "reason",
    ];

    public async ValueTask<TaskPage> ReadAsync(TaskListQuery query, CancellationToken cancellationToken)
    {
        if (query.Limit is < 1 or > MaxLimit)
        {
            throw new CelerityException(ErrorCodes.SettingOutOfRange, $"limit is {query.Limit}; it must be 1 to {MaxLimit}.");
        }

        var before = query.After ?? TaskKeys.FirstIdAt(time.GetUtcNow() + ClockTolerance);
        if (TaskKeys.FindTime(before) is not { } end)
        {
            throw new CelerityException(
                ErrorCodes.SettingOutOfRange, "after is no cursor. Pass 'next' of the page before, or the id of the last task seen.");
        }

        var found = new List<TaskRecord>();
        var window = FirstWindow;
        for (var requests = 0; requests < MaxRequests; requests++)
        {
            // A window ends with its last millisecond, so that one that ends on the hour lies in the hour before.
            var hour = Floor(end - (before == TaskKeys.FirstIdAt(end) ? TimeSpan.FromMilliseconds(1) : TimeSpan.Zero));
            var start = end - window > hour ? end - window : hour;
            var rows = await ReadWindowAsync(hour, start, before, cancellationToken).ConfigureAwait(false);
            if (rows.Count > MaxRows && window > TimeSpan.FromMilliseconds(1))
            {
                window = TimeSpan.FromMilliseconds(Math.Max(1, Math.Floor(window.TotalMilliseconds / 8)));
                continue;
            }

            foreach (var task in ToTasks(rows).Where(task => Matches(task, query)))
            {
                found.Add(task);
                if (found.Count == query.Limit)
                {
                    return new TaskPage(found, task.Id);
                }
            }

            (end, before) = (start, TaskKeys.FirstIdAt(start));
            window = window * 4 < Hour ? window * 4 : Hour;
            if (rows.Count == 0 && start == hour)
            {
                requests += 2;
                if (!await AnyAsync(hour - Day, hour, cancellationToken).ConfigureAwait(false))
                {
                    if (!await AnyAsync(null, hour - Day, cancellationToken).ConfigureAwait(false))
                    {
                        return new TaskPage(found, null);
                    }

                    (end, before) = (hour - Day, TaskKeys.FirstIdAt(hour - Day));
                }
            }
        }

        return new TaskPage(found, before);
    }

    private static bool Matches(TaskRecord task, TaskListQuery query) =>
        (query.State is null || task.State == query.State)
        && (query.Task is null || string.Equals(task.Task, query.Task, StringComparison.OrdinalIgnoreCase));

    private static DateTimeOffset Floor(DateTimeOffset at) => new(at.UtcTicks - at.UtcTicks % TimeSpan.TicksPerHour, TimeSpan.Zero);

    private IEnumerable<TaskRecord> ToTasks(List<TableRow> rows) => rows
        .GroupBy(row => TaskKeys.IdOf(row.RowKey), StringComparer.Ordinal)
        .OrderByDescending(task => task.Key, StringComparer.Ordinal)
        .Select(task => records.Of(
            task.Key,
            task.FirstOrDefault(row => TaskKeys.IsControl(row.RowKey)) is { } control ? ControlRow.From(control) : null,
            task.FirstOrDefault(row => TaskKeys.IsSend(row.RowKey))))
        .OfType<TaskRecord>();

    private async ValueTask<List<TableRow>> ReadWindowAsync(
        DateTimeOffset hour, DateTimeOffset from, string before, CancellationToken cancellationToken)
    {
        var name = hour.ToString("yyyyMMddHH", CultureInfo.InvariantCulture);
        var query = new TableQuery(null)
        {
            PartitionKeyFrom = name + "-",
            PartitionKeyBefore = name + ".",
            RowKeyFrom = TaskKeys.FirstIdAt(from),
            RowKeyBefore = before,
            Select = Facts,
            Limit = MaxRows + 1,
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
