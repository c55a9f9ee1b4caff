namespace Celerity.Cli.Tests.Flights;

internal sealed record FlightResult(
    long Flights,
    double MeanDelayMinutes,
    double ShareDelayedOver15,
    long RejectedRecords,
    IReadOnlyList<AirportResult> Airports,
    IReadOnlyList<MonthResult> Months);

internal sealed record AirportResult(string Origin, long Flights, double MeanDelayMinutes, double ShareDelayedOver15, int MaxDelayMinutes);

internal sealed record MonthResult(string Month, long Flights, double MeanDelayMinutes);
