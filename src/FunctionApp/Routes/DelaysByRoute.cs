using Celerity;

namespace FunctionApp.Routes;

/// <summary>Adds delays up by route and month, and tells of the busiest routes.</summary>
public sealed class DelaysByRoute : IStage<RouteTotals, RouteSummary>
{
    private const int MaxRoutes = 15;
    private const int MaxMonths = 12;
    private const int MonthLength = 7; // 2001-01

    /// <inheritdoc/>
    public IReadOnlyList<string> RequiredColumns { get; } = ["day", "origin", "destination", "delayMinutes"];

    /// <inheritdoc/>
    public RouteTotals Empty() => new();

    /// <inheritdoc/>
    public ValueTask<RouteTotals> ProcessAsync(RecordReader records, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(records);
        var (day, origin) = (records.GetOrdinal("day"), records.GetOrdinal("origin"));
        var (destination, delay) = (records.GetOrdinal("destination"), records.GetOrdinal("delayMinutes"));
        var totals = new RouteTotals();
        while (records.Read())
        {
            _ = records.TryGetInt32(delay, out var minutes);
            Add(totals, $"{records.GetText(origin)}-{records.GetText(destination)}", records.GetText(day)[..MonthLength].ToString(), new MonthOfRoute(1, minutes));
        }

        return ValueTask.FromResult(totals);
    }

    /// <inheritdoc/>
    public RouteTotals Combine(RouteTotals left, RouteTotals right)
    {
        ArgumentNullException.ThrowIfNull(left);
        ArgumentNullException.ThrowIfNull(right);
        foreach (var (route, months) in right.Routes)
        {
            foreach (var (month, sum) in months)
            {
                Add(left, route, month, sum);
            }
        }

        return left;
    }

    /// <inheritdoc/>
    public RouteSummary Finish(RouteTotals total)
    {
        ArgumentNullException.ThrowIfNull(total);
        var sums = total.Routes.Select(route => (Route: route.Key, Months: route.Value, Sum: route.Value.Values.Aggregate((left, right) => left + right))).ToList();
        var busiest = sums.OrderByDescending(route => route.Sum.Flights).ThenBy(route => route.Route, StringComparer.Ordinal).Take(MaxRoutes).ToList();
        string[] months = [.. busiest.SelectMany(route => route.Months.Keys).Distinct().Order(StringComparer.Ordinal).TakeLast(MaxMonths)];
        return new RouteSummary(
            sums.Sum(route => route.Sum.Flights),
            [.. busiest.Select(route => new RouteDelays(
                route.Route.Split('-')[0],
                route.Route.Split('-')[1],
                route.Sum.Flights,
                MeanOf(route.Sum),
                [.. months.Select(month => route.Months.TryGetValue(month, out var sum) ? MeanOf(sum) : (double?)null)]))],
            months);
    }

    private static double MeanOf(MonthOfRoute sum) => (double)sum.DelayMinutes / sum.Flights;

    private static void Add(RouteTotals totals, string route, string month, MonthOfRoute sum)
    {
        if (!totals.Routes.TryGetValue(route, out var months))
        {
            totals.Routes[route] = months = new SortedDictionary<string, MonthOfRoute>(StringComparer.Ordinal);
        }

        months[month] = months.GetValueOrDefault(month) + sum;
    }
}
