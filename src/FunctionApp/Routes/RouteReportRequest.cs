using Celerity;

namespace FunctionApp.Routes;

/// <summary>What <c>POST /api/pipelines/route-report</c> takes.</summary>
/// <param name="Source">Flights, with the columns date, delay, distance, origin and destination.</param>
/// <param name="Tolerance">How much may go wrong, or <see langword="null"/> for the default.</param>
public sealed record RouteReportRequest(DatasetSource Source, Tolerance? Tolerance = null) : IDatasetRequest;
