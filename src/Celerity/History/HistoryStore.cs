using System.Runtime.CompilerServices;
using Celerity.Figures;
using Celerity.Storage;
using Microsoft.Extensions.Options;

namespace Celerity.History;

/// <summary>Reads the history, and keeps in it what is measured of the whole app.</summary>
internal sealed class HistoryStore(ITableStore tables, IOptions<HistoryOptions> options)
{
    /// <summary>Keeps what holds for the whole app, in one request. Of two that measure in the same minute one counts: both are right.</summary>
    public async ValueTask AddAsync(AppFigures figures, CancellationToken cancellationToken)
    {
        if (options.Value.Enabled)
        {
            var row = HistoryRows.OfApp(HistoryRows.MinuteOf(figures.At), HistoryFigures.Of(figures));
            _ = await tables.TryInsertAsync(StorageNames.HistoryTable, row, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Reads what all processes have written so far: the minute that goes on is not among it, and the last one comes within seconds.</summary>
    /// <param name="from">The first minute or hour: the one that this instant lies in.</param>
    /// <param name="to">Where to stop, exclusive.</param>
    /// <param name="step">Whether to add up to hours. Hours that are not yet rolled up are added up from their minutes.</param>
    /// <param name="cancellationToken">Stops the wait.</param>
    /// <returns>The points in order. A minute or hour in which nothing was seen or measured is left out.</returns>
    /// <remarks>One request for each thousand rows: a row for each minute and process and one for the app, or one for an hour.</remarks>
    public async ValueTask<IReadOnlyList<HistoryPoint>> ReadAsync(DateTimeOffset from, DateTimeOffset to, HistoryStep step, CancellationToken cancellationToken)
    {
        if (step == HistoryStep.Minute)
        {
            return await ReadMinutesAsync(HistoryRows.MinuteOf(from), to, cancellationToken).ToListAsync(cancellationToken).ConfigureAwait(false);
        }

        var first = HistoryRows.HourOf(from);
        var hours = await ReadHoursAsync(first, to, cancellationToken).ToListAsync(cancellationToken).ConfigureAwait(false);
        var minutes = ReadMinutesAsync(hours.Count > 0 ? hours[^1].At.AddHours(1) : first, to, cancellationToken);
        await foreach (var minute in minutes.ConfigureAwait(false))
        {
            if (hours.Count == 0 || hours[^1].At != HistoryRows.HourOf(minute.At))
            {
                hours.Add(new HistoryPoint(HistoryRows.HourOf(minute.At), new HistoryTally(), null));
            }

            hours[^1] = hours[^1].With(minute);
        }

        return hours;
    }

    private async IAsyncEnumerable<HistoryPoint> ReadHoursAsync(
        DateTimeOffset from, DateTimeOffset to, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var query = new TableQuery(HistoryRows.Hours) { RowKeyFrom = HistoryRows.HourKey(from), RowKeyBefore = HistoryRows.HourKey(to.AddHours(1)) };
        await foreach (var row in tables.QueryAsync(StorageNames.HistoryTable, query, cancellationToken).ConfigureAwait(false))
        {
            if (HistoryRows.HourOfKey(row.RowKey) is var hour && hour < to)
            {
                yield return new HistoryPoint(hour, HistoryRows.FindTally(row) ?? new HistoryTally(), HistoryRows.FindFigures(row));
            }
        }
    }

    private IAsyncEnumerable<HistoryPoint> ReadMinutesAsync(DateTimeOffset from, DateTimeOffset to, CancellationToken cancellationToken)
    {
        var query = new TableQuery(null)
        {
            PartitionKeyFrom = HistoryRows.MinutesOf(from),
            PartitionKeyBefore = HistoryRows.MinutesOf(to.AddHours(1)),
        };
        return MinuteMerge.MergeAsync(
            tables.QueryAsync(StorageNames.HistoryTable, query, cancellationToken).Where(row => HistoryRows.MinuteOf(row) is var at && at >= from && at < to));
    }
}
