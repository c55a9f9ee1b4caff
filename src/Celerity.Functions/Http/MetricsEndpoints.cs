using Celerity.Functions.Telemetry;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.DependencyInjection;

namespace Celerity.Functions.Http;

/// <summary>Shows the metrics to Prometheus.</summary>
public static class MetricsEndpoints
{
    /// <summary>200 with the metrics of this instance in the format that the request accepts; 404 where they are switched off.</summary>
    [Function("CelerityMetrics")]
    public static Task<IResult> GetAsync(
        [HttpTrigger(AuthorizationLevel.Function, "get", Route = "metrics")] HttpRequest request, FunctionContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        return context.InstanceServices.GetService<PrometheusScrape>() is { } scrape
            ? scrape.RunAsync(request, context.CancellationToken)
            : Task.FromResult(Results.NotFound());
    }
}
