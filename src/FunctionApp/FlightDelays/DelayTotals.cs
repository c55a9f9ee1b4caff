using System.Text.Json.Serialization;

namespace FunctionApp.FlightDelays;

/// <summary>A partial result. Whole numbers only, so that sums do not depend on their order.</summary>
public sealed class DelayTotals
{
    /// <summary>Gets the totals by airport of origin.</summary>
    public Dictionary<string, AirportTotals> Airports { get; init; } = new(StringComparer.Ordinal);

    /// <summary>Gets the totals by month.</summary>
    public Dictionary<string, MonthTotals> Months { get; init; } = new(StringComparer.Ordinal);
}

/// <summary>The totals of one airport.</summary>
public sealed class AirportTotals
{
    /// <summary>Gets or sets how many flights.</summary>
    [JsonPropertyName("n")]
    public long Flights { get; set; }

    /// <summary>Gets or sets the sum of their delays in minutes.</summary>
    [JsonPropertyName("d")]
    public long DelayMinutes { get; set; }

    /// <summary>Gets or sets how many were more than 15 minutes late.</summary>
    [JsonPropertyName("l")]
    public long DelayedOver15 { get; set; }

    /// <summary>Gets or sets the longest delay in minutes.</summary>
    [JsonPropertyName("m")]
    public int MaxDelayMinutes { get; set; } = int.MinValue;
}

/// <summary>The totals of one month.</summary>
public sealed class MonthTotals
{
    /// <summary>Gets or sets how many flights.</summary>
    [JsonPropertyName("n")]
    public long Flights { get; set; }

    /// <summary>Gets or sets the sum of their delays in minutes.</summary>
    [JsonPropertyName("d")]
    public long DelayMinutes { get; set; }
}
