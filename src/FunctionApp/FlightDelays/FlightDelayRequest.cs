using Celerity;

namespace FunctionApp.FlightDelays;

/// <summary>What <c>POST /api/pipelines/flight-delays</c> takes.</summary>
/// <param name="Source">Flights, with the columns date, delay and origin.</param>
/// <param name="Tolerance">How much may go wrong, or <see langword="null"/> for the default.</param>
public sealed record FlightDelayRequest(DatasetSource Source, Tolerance? Tolerance = null) : IDatasetRequest;
