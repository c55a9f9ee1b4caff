using Celerity.Storage;

namespace Celerity.History;

/// <summary>Puts the rows of each minute together. They come in order, so one minute is in memory at a time.</summary>
internal static class MinuteMerge
{
    public static async IAsyncEnumerable<HistoryPoint> MergeAsync(IAsyncEnumerable<TableRow> rows)
    {
        HistoryPoint? minute = null;
        await foreach (var row in rows.ConfigureAwait(false))
        {
            var at = HistoryRows.MinuteOf(row);
            if (minute is { } over && over.At != at)
            {
                over.Tally.CloseMinute();
                yield return over;
                minute = null;
            }

            minute ??= new HistoryPoint(at, new HistoryTally(), null);
            if (HistoryRows.FindTally(row) is { } tally)
            {
                minute.Tally.Add(tally);
            }

            minute = minute with { Figures = HistoryRows.FindFigures(row) ?? minute.Figures };
        }

        if (minute is not null)
        {
            minute.Tally.CloseMinute();
            yield return minute;
        }
    }
}
