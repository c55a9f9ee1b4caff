using Celerity.Costs;
using Celerity.History;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.DependencyInjection;

namespace Celerity.Functions.Http;

/// <summary>Shows what was, and what it costs.</summary>
public static class HistoryEndpoints
{
    /// <summary>
    /// Shows the history by minutes or hours: <c>from</c> and <c>to</c> (the last 60 minutes unless given, 31 days at most), <c>step</c> (<c>minute</c>, up to
    /// 24 hours, or <c>hour</c>; chosen by the length unless given: minutes up to 6 hours) and <c>task</c>, for one task alone.
    /// </summary>
    [Function("CelerityGetHistory")]
    public static Task<IResult> GetAsync(
        [HttpTrigger(AuthorizationLevel.Function, "get", Route = "history")] HttpRequest request, FunctionContext context)
    {
        ArgumentNullException.ThrowIfNull(request);
        ArgumentNullException.ThrowIfNull(context);
        return Endpoint.RunAsync(async () =>
        {
            var query = HistoryQuery.Read(request, context.InstanceServices.GetRequiredService<TimeProvider>().GetUtcNow());
            var points = await context.InstanceServices.GetRequiredService<HistoryStore>()
                .ReadAsync(query.From, query.To, query.Step, context.CancellationToken).ConfigureAwait(false);
            return Endpoint.Json(HistoryView.Of(query.From, query.To, query.Step, points, query.Task));
        });
    }

    /// <summary>Shows what the requests to the storage account cost, reckoned from the last day.</summary>
    [Function("CelerityGetCost")]
    public static Task<IResult> GetCostAsync(
        [HttpTrigger(AuthorizationLevel.Function, "get", Route = "cost")] HttpRequest request, FunctionContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        return Endpoint.RunAsync(async () => Endpoint.Json(await context.InstanceServices.GetRequiredService<CostMeter>()
            .MeasureAsync(context.CancellationToken).ConfigureAwait(false)));
    }
}
