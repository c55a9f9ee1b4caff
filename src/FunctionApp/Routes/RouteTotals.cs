using System.Text.Json.Serialization;

namespace FunctionApp.Routes;

/// <summary>A partial result: by route and month, such as <c>SFO-JFK</c> and <c>2001-01</c>.</summary>
public sealed class RouteTotals
{
    /// <summary>Gets the totals of each route by month.</summary>
    [JsonPropertyName("r")]
    public Dictionary<string, SortedDictionary<string, MonthOfRoute>> Routes { get; init; } = new(StringComparer.Ordinal);
}

/// <summary>One month of a route. Whole numbers only, so that sums do not depend on their order.</summary>
/// <param name="Flights">How many flights.</param>
/// <param name="DelayMinutes">The sum of their delays in minutes.</param>
public readonly record struct MonthOfRoute([property: JsonPropertyName("n")] long Flights, [property: JsonPropertyName("d")] long DelayMinutes)
{
    /// <summary>Adds two.</summary>
    public static MonthOfRoute operator +(MonthOfRoute left, MonthOfRoute right) => left.Add(right);

    /// <summary>Adds another.</summary>
    public MonthOfRoute Add(MonthOfRoute other) => new(Flights + other.Flights, DelayMinutes + other.DelayMinutes);
}
