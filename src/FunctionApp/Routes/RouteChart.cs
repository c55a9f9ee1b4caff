using System.Text.Json.Serialization;

namespace FunctionApp.Routes;

/// <summary>What is to be drawn.</summary>
/// <param name="Run">The run's id, which names the chart.</param>
/// <param name="Summary">The figures.</param>
public sealed record RouteChart([property: JsonPropertyName("run")] string Run, [property: JsonPropertyName("summary")] RouteSummary Summary);
