using System.Text.Json.Serialization;

namespace FunctionApp.FlightDelays;

/// <summary>How late flights were.</summary>
/// <remarks>Named here, because Durable would write the names as they stand in C#.</remarks>
/// <param name="Flights">How many flights were counted.</param>
/// <param name="MeanDelayMinutes">Their mean delay; early ones count as negative; 0 where there is none.</param>
/// <param name="ShareDelayedOver15">The share that was more than 15 minutes late, 0 to 1.</param>
/// <param name="RejectedRecords">How many records made no sense.</param>
/// <param name="Airports">By airport of origin, in order of its code.</param>
/// <param name="Months">By month, in order.</param>
public sealed record FlightDelayReport(
    [property: JsonPropertyName("flights")] long Flights,
    [property: JsonPropertyName("meanDelayMinutes")] double MeanDelayMinutes,
    [property: JsonPropertyName("shareDelayedOver15")] double ShareDelayedOver15,
    [property: JsonPropertyName("rejectedRecords")] long RejectedRecords,
    [property: JsonPropertyName("airports")] IReadOnlyList<AirportDelays> Airports,
    [property: JsonPropertyName("months")] IReadOnlyList<MonthDelays> Months);

/// <summary>The delays at one airport.</summary>
public sealed record AirportDelays(
    [property: JsonPropertyName("origin")] string Origin,
    [property: JsonPropertyName("flights")] long Flights,
    [property: JsonPropertyName("meanDelayMinutes")] double MeanDelayMinutes,
    [property: JsonPropertyName("shareDelayedOver15")] double ShareDelayedOver15,
    [property: JsonPropertyName("maxDelayMinutes")] int MaxDelayMinutes);

/// <summary>The delays of one month, such as 2001-01.</summary>
public sealed record MonthDelays(
    [property: JsonPropertyName("month")] string Month,
    [property: JsonPropertyName("flights")] long Flights,
    [property: JsonPropertyName("meanDelayMinutes")] double MeanDelayMinutes);
