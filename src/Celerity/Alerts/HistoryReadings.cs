using System.Globalization;
using Celerity.History;
using Celerity.Storage;
using Microsoft.Extensions.Options;

namespace Celerity.Alerts;

/// <summary>What rules look at, of the last hour's history. It is kept in memory: of each round only the last minutes are read, by one request, or two where the hour has turned.</summary>
internal sealed class HistoryReadings(ITableStore tables, IOptions<HistoryOptions> options, TimeProvider time) : IAlertReadings
{
    private const int RateMinutes = 10;
    private const int GrowthMinutes = 60;

    // Rows may come a little late, from a process that could not write.
    private const int ReadAgainMinutes = 3;

    // Every process counts at least its own requests: without a row, none has written.
    private const int QuietMinutes = 5;

    private const double SlowShare = 0.95;

    private volatile LastHour? _known;

    public async ValueTask ReadAsync(AlertReadings readings, CancellationToken cancellationToken)
    {
        if (!options.Value.Enabled)
        {
            return;
        }

        var end = HistoryRows.MinuteOf(time.GetUtcNow());
        var hour = _known = new LastHour(end, await CatchUpAsync(_known, end, cancellationToken).ConfigureAwait(false));
        if (hour.Minutes.All(minute => minute.At < end.AddMinutes(-QuietMinutes) || minute.Tally.IsEmpty))
        {
            return;
        }

        var lately = hour.TasksSince(end.AddMinutes(-RateMinutes));
        readings.Add(AlertKind.FailureRate, lately.Select(task => Reading(task.Key, DeadShare(task.Value))));
        readings.Add(AlertKind.Duration, lately.Select(task => Reading(task.Key, task.Value.Duration.Quantile(SlowShare) ?? 0)));
        readings.Add(AlertKind.DeadLetterGrowth, hour.TasksSince(end.AddMinutes(-GrowthMinutes)).Select(task => Reading(task.Key, task.Value.DeadLettered)));
    }

    private static KeyValuePair<string, double> Reading(string task, double value) => new(task, value);

    private static double DeadShare(TaskTally task)
    {
        var ended = task.Succeeded + task.DeadLettered + task.Revoked + task.Expired + task.Discarded;
        return ended == 0 ? 0 : (double)task.DeadLettered / ended;
    }

    private async ValueTask<IReadOnlyList<HistoryPoint>> CatchUpAsync(LastHour? known, DateTimeOffset end, CancellationToken cancellationToken)
    {
        var first = end.AddMinutes(-GrowthMinutes);

        // Where the clock was set back, what was read lies in the future: all of it is read anew.
        var from = known is null || known.End > end || known.End.AddMinutes(-ReadAgainMinutes) < first ? first : known.End.AddMinutes(-ReadAgainMinutes);
        var minutes = known?.Minutes.Where(minute => minute.At >= first && minute.At < from).ToList() ?? [];
        for (var hour = HistoryRows.HourOf(from); hour < end; hour = hour.AddHours(1))
        {
            var query = new TableQuery(HistoryRows.MinutesOf(hour))
            {
                RowKeyFrom = hour < from ? from.Minute.ToString("D2", CultureInfo.InvariantCulture) : null,
            };
            var read = MinuteMerge.MergeAsync(tables.QueryAsync(StorageNames.HistoryTable, query, cancellationToken));
            minutes.AddRange(await read.Where(minute => minute.At < end).ToListAsync(cancellationToken).ConfigureAwait(false));
        }

        return minutes;
    }

    private sealed record LastHour(DateTimeOffset End, IReadOnlyList<HistoryPoint> Minutes)
    {
        public SortedDictionary<string, TaskTally> TasksSince(DateTimeOffset from)
        {
            var sum = new HistoryTally();
            foreach (var minute in Minutes.Where(minute => minute.At >= from))
            {
                sum.Add(minute.Tally);
            }

            return sum.Tasks;
        }
    }
}
