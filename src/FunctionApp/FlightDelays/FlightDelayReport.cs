namespace FunctionApp.FlightDelays;

/// <summary>How late flights were.</summary>
/// <param name="Flights">How many flights were counted.</param>
/// <param name="MeanDelayMinutes">Their mean delay; early ones count as negative; 0 where there is none.</param>
/// <param name="ShareDelayedOver15">The share that was more than 15 minutes late, 0 to 1.</param>
/// <param name="RejectedRecords">How many records made no sense.</param>
/// <param name="Airports">By airport of origin, in order of its code.</param>
/// <param name="Months">By month, in order.</param>
public sealed record FlightDelayReport(
    long Flights,
    double MeanDelayMinutes,
    double ShareDelayedOver15,
    long RejectedRecords,
    IReadOnlyList<AirportDelays> Airports,
    IReadOnlyList<MonthDelays> Months);

/// <summary>The delays at one airport.</summary>
public sealed record AirportDelays(string Origin, long Flights, double MeanDelayMinutes, double ShareDelayedOver15, int MaxDelayMinutes);

/// <summary>The delays of one month, such as 2001-01.</summary>
public sealed record MonthDelays(string Month, long Flights, double MeanDelayMinutes);
