using Celerity.Live;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Celerity.Functions.Http;

/// <summary>Tells pages what happens, as it happens.</summary>
public static class EventEndpoints
{
    /// <summary>
    /// 200 with server-sent events for 100 seconds: <c>live</c> every 2 seconds, and <c>task</c> as tasks of this process change, at most 20 a second.
    /// 503 where 20 streams are open already.
    /// </summary>
    [Function("CelerityEvents")]
    public static async Task<IResult> GetAsync(
        [HttpTrigger(AuthorizationLevel.Function, "get", Route = "events")] HttpRequest request, FunctionContext context)
    {
        ArgumentNullException.ThrowIfNull(request);
        ArgumentNullException.ThrowIfNull(context);
        var services = context.InstanceServices;
        var stream = new LiveStreamResult(services.GetRequiredService<LiveStreams>(), services.GetRequiredService<IHostApplicationLifetime>().ApplicationStopping);

        // Here and not by the host: the function runs for as long as the stream does.
        await stream.ExecuteAsync(request.HttpContext).ConfigureAwait(false);
        return Results.Empty;
    }
}
