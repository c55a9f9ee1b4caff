using Celerity.Live;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.DependencyInjection;

namespace Celerity.Functions.Http;

/// <summary>Shows the queues and what limits their tasks.</summary>
public static class QueueEndpoints
{
    /// <summary>Lists the queues as they are now, at most 5 seconds old: 200.</summary>
    [Function("CelerityListQueues")]
    public static Task<IResult> ListAsync(
        [HttpTrigger(AuthorizationLevel.Function, "get", Route = "queues")] HttpRequest request, FunctionContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        return Endpoint.RunAsync(async () =>
        {
            var (at, queues) = await context.InstanceServices.GetRequiredService<QueueViews>().ListAsync(context.CancellationToken).ConfigureAwait(false);
            return Endpoint.Json(new { At = at, Queues = queues });
        });
    }

    /// <summary>Lists the tasks that this app runs, with what limits them and what of it can be changed while it runs: 200.</summary>
    [Function("CelerityListLimits")]
    public static Task<IResult> ListLimitsAsync(
        [HttpTrigger(AuthorizationLevel.Function, "get", Route = "limits")] HttpRequest request, FunctionContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        return Endpoint.RunAsync(async () => Endpoint.Json(
            new { Tasks = await context.InstanceServices.GetRequiredService<LimitViews>().ListAsync(context.CancellationToken).ConfigureAwait(false) }));
    }
}
