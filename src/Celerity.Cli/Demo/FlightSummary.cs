using System.Text.Json;

namespace Celerity.Cli.Demo;

/// <summary>The pipeline's result, as far as people are shown it.</summary>
internal sealed record FlightSummary(
    long Flights,
    double MeanDelayMinutes,
    double ShareDelayedOver15,
    long RejectedRecords,
    IReadOnlyList<AirportSummary> Airports,
    IReadOnlyList<MonthSummary> Months)
{
    public static FlightSummary Read(JsonElement result) => result.Deserialize<FlightSummary>(JsonSerializerOptions.Web)!;
}

internal sealed record AirportSummary(string Origin, long Flights, double MeanDelayMinutes, double ShareDelayedOver15, int MaxDelayMinutes);

internal sealed record MonthSummary(string Month, long Flights, double MeanDelayMinutes);
