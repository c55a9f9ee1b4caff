using Celerity;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask;

namespace FunctionApp.FlightDelays;

/// <summary>The worked example of a pipeline: how late flights were, by airport and month.</summary>
public static class FlightDelayPipeline
{
    /// <summary>Runs the pipeline.</summary>
    [Function(nameof(FlightDelays))]
    [Pipeline("flight-delays", FirstStage = typeof(DelaysByAirport))]
    public static async Task<FlightDelayReport> FlightDelays(
        [OrchestrationTrigger] TaskOrchestrationContext context, FlightDelayRequest request)
    {
        ArgumentNullException.ThrowIfNull(request);
        var delays = await context.RunStageAsync<DelaysByAirport, FlightDelayReport>(request.Source, request.Tolerance);
        return delays.Result with { RejectedRecords = delays.RejectedRecords };
    }
}
