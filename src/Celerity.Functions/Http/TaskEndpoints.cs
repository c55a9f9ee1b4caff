using System.Text.Json;
using Celerity.Tasks;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.DependencyInjection;

namespace Celerity.Functions.Http;

/// <summary>Sends tasks.</summary>
public static class TaskEndpoints
{
    /// <summary>Puts a task on its queue, the body its payload: 202 with its id.</summary>
    [Function("CeleritySendTask")]
    public static Task<IResult> SendAsync(
        [HttpTrigger(AuthorizationLevel.Function, "post", Route = "tasks/{name}")] HttpRequest request, string name, FunctionContext context)
    {
        ArgumentNullException.ThrowIfNull(request);
        ArgumentNullException.ThrowIfNull(context);
        return Endpoint.RunAsync(async () =>
        {
            var body = await Endpoint.ReadBodyAsync(request, context.CancellationToken).ConfigureAwait(false);
            using var payload = JsonDocument.Parse(body);
            var id = await context.InstanceServices.GetRequiredService<BackgroundTasks>()
                .EnqueueAsync(name, payload.RootElement, options: null, context.CancellationToken).ConfigureAwait(false);
            var statusUrl = ApiUrl.Of(request, $"tasks/{Uri.EscapeDataString(id)}");
            request.HttpContext.Response.Headers.Location = statusUrl;
            return Endpoint.Json(new { Id = id, Task = name, StatusUrl = statusUrl }, StatusCodes.Status202Accepted);
        });
    }
}
