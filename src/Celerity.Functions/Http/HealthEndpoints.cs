using Celerity.Functions.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.DependencyInjection;

namespace Celerity.Functions.Http;

/// <summary>Tells load balancers and people whether the app is up.</summary>
public static class HealthEndpoints
{
    /// <summary>200 while the process answers.</summary>
    [Function("CelerityLive")]
    public static IResult Live([HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "health/live")] HttpRequest request) =>
        Endpoint.Json(new { Status = "live" });

    /// <summary>200 once the storage is there, 503 before.</summary>
    [Function("CelerityReady")]
    public static IResult Ready(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "health/ready")] HttpRequest request, FunctionContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        return context.InstanceServices.GetRequiredService<StorageReadiness>().IsReady
            ? Endpoint.Json(new { Status = "ready" })
            : Problem.From(new CelerityException(ErrorCodes.StorageDown, "The storage account cannot be reached yet; the app waits for it."));
    }
}
