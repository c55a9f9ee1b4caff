using Celerity;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask;

namespace FunctionApp.Routes;

/// <summary>The worked example of a pipeline of several stages: flights are cleaned into Parquet, added up by route and month, and drawn.</summary>
public static class RouteReportPipeline
{
    /// <summary>Runs the pipeline.</summary>
    [Function(nameof(RouteReport))]
    [Pipeline("route-report", FirstStage = typeof(CleanFlights))]
    public static async Task<RouteReportResult> RouteReport([OrchestrationTrigger] TaskOrchestrationContext context, RouteReportRequest request)
    {
        ArgumentNullException.ThrowIfNull(context);
        ArgumentNullException.ThrowIfNull(request);
        var cleaned = await context.RunStageAsync<CleanFlights>(request.Source, request.Tolerance);
        var added = await context.RunStageAsync<DelaysByRoute, RouteSummary>(cleaned.Output);
        var chart = await context.CallActivityAsync<string>(nameof(RouteCharts.DrawRoutes), new RouteChart(context.GetRunId(), added.Result));
        return new RouteReportResult(chart, cleaned.RejectedRecords, added.Result);
    }
}
