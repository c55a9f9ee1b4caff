using Celerity.Functions.Telemetry;
using Celerity.Workers;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace Celerity.Functions.Http;

/// <summary>Tells a caller which app answers, and what the caller's key opens.</summary>
public static class AccessEndpoints
{
    /// <summary>200 with the app, its version and who is signed in: the caller may read.</summary>
    [Function("CelerityAccess")]
    public static IResult Get([HttpTrigger(AuthorizationLevel.Function, "get", Route = "access")] HttpRequest request, FunctionContext context)
    {
        ArgumentNullException.ThrowIfNull(request);
        ArgumentNullException.ThrowIfNull(context);
        var services = context.InstanceServices;
        return Endpoint.Json(new
        {
            App = AppResource.NameOf(services.GetRequiredService<IConfiguration>()),
            Version = services.GetRequiredService<WorkerIdentity>().AppVersion,
            By = OperationBody.SignedIn(request),
        });
    }

    /// <summary>204: the caller may act. A reader's key does not open it: 401.</summary>
    [Function("CelerityAccessOperator")]
    public static IResult GetOperator([HttpTrigger(AuthorizationLevel.Function, "get", Route = "access/operator")] HttpRequest request) => Results.NoContent();
}
