using Celerity.Tasks.Sending;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.DependencyInjection;

namespace Celerity.Functions.Http;

/// <summary>Sends many tasks at once.</summary>
public static class BatchEndpoints
{
    /// <summary>The largest body of a batch.</summary>
    private const int MaxBodyBytes = 16 * 1024 * 1024;

    /// <summary>
    /// Puts many tasks on their queues: a JSON array, or one JSON object a line, of <c>{"task", "payload", "options"}</c>. 202 with their ids,
    /// in the same order. All are checked first; where one cannot run, nothing is sent.
    /// </summary>
    [Function("CeleritySendBatch")]
    public static Task<IResult> SendAsync(
        [HttpTrigger(AuthorizationLevel.Function, "post", Route = "batches")] HttpRequest request, FunctionContext context)
    {
        ArgumentNullException.ThrowIfNull(request);
        ArgumentNullException.ThrowIfNull(context);
        return Endpoint.RunAsync(async () =>
        {
            var body = await Endpoint.ReadBytesAsync(request, MaxBodyBytes, context.CancellationToken).ConfigureAwait(false);
            var ids = await context.InstanceServices.GetRequiredService<BackgroundTasks>()
                .EnqueueManyAsync(BatchJson.Read(body), context.CancellationToken).ConfigureAwait(false);
            return Endpoint.Json(new { ids.Count, Ids = ids }, StatusCodes.Status202Accepted);
        });
    }
}
