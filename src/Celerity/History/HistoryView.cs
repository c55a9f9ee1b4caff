namespace Celerity.History;

/// <summary>A stretch of the history as it is shown.</summary>
/// <param name="From">When its first point may begin.</param>
/// <param name="To">Where it ends, exclusive.</param>
/// <param name="Step">How long a point is.</param>
/// <param name="Points">The points in order; one in which nothing was is left out.</param>
/// <param name="Tasks">Sums over the whole stretch, those with most attempts first, at most <see cref="MostTasks"/>.</param>
internal sealed record HistoryView(
    DateTimeOffset From, DateTimeOffset To, HistoryStep Step, IReadOnlyList<HistoryPointView> Points, IReadOnlyList<HistoryTaskView> Tasks)
{
    public const int MostTasks = 50;

    /// <summary>Puts it together.</summary>
    /// <param name="from">When its first point may begin.</param>
    /// <param name="to">Where it ends, exclusive.</param>
    /// <param name="step">How long a point is.</param>
    /// <param name="points">What was read.</param>
    /// <param name="task">The task that alone is to be told of, or <see langword="null"/> for the whole app.</param>
    public static HistoryView Of(DateTimeOffset from, DateTimeOffset to, HistoryStep step, IReadOnlyList<HistoryPoint> points, string? task)
    {
        var sum = new HistoryTally();
        foreach (var point in points)
        {
            sum.AddLater(point.Tally);
        }

        return new HistoryView(
            from,
            to,
            step,
            [.. points.Select(point => HistoryPointView.Of(point, task)).OfType<HistoryPointView>()],
            [
                .. sum.Tasks.Where(found => task is null || found.Key == task)
                    .OrderByDescending(found => found.Value.Started)
                    .ThenBy(found => found.Key, StringComparer.Ordinal)
                    .Take(MostTasks)
                    .Select(found => HistoryTaskView.Of(found.Key, found.Value)),
            ]);
    }

    /// <summary>A duration with as many digits as it is good for.</summary>
    public static double? Seconds(double? seconds) => seconds is { } known ? Math.Round(known, 4) : null;
}
