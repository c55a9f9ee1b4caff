using System.Text.Json.Serialization;

namespace FunctionApp.Routes;

/// <summary>What the pipeline came to.</summary>
/// <param name="Chart">Where the chart is served, below the app's API.</param>
/// <param name="RejectedRecords">How many flights made no sense.</param>
/// <param name="Summary">The figures that the chart shows.</param>
public sealed record RouteReportResult(
    [property: JsonPropertyName("chart")] string Chart,
    [property: JsonPropertyName("rejectedRecords")] long RejectedRecords,
    [property: JsonPropertyName("summary")] RouteSummary Summary);

/// <summary>The busiest routes.</summary>
/// <param name="Flights">How many flights there are, on all routes.</param>
/// <param name="Routes">The routes with the most flights, the busiest first; up to 15.</param>
/// <param name="Months">The months that they are told of, in order; up to the last 12.</param>
public sealed record RouteSummary(
    [property: JsonPropertyName("flights")] long Flights,
    [property: JsonPropertyName("routes")] IReadOnlyList<RouteDelays> Routes,
    [property: JsonPropertyName("months")] IReadOnlyList<string> Months);

/// <summary>The delays on one route.</summary>
/// <param name="Origin">From where.</param>
/// <param name="Destination">Where to.</param>
/// <param name="Flights">How many flights.</param>
/// <param name="MeanDelayMinutes">Their mean delay.</param>
/// <param name="Monthly">The mean delay in each month of <see cref="RouteSummary.Months"/>; <see langword="null"/> where there was no flight.</param>
public sealed record RouteDelays(
    [property: JsonPropertyName("origin")] string Origin,
    [property: JsonPropertyName("destination")] string Destination,
    [property: JsonPropertyName("flights")] long Flights,
    [property: JsonPropertyName("meanDelayMinutes")] double MeanDelayMinutes,
    [property: JsonPropertyName("monthly")] IReadOnlyList<double?> Monthly);
