using Celerity.Functions.Settings;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.DependencyInjection;

namespace Celerity.Functions.Http;

/// <summary>Shows what the app is set to, and what its owner should know of that.</summary>
public static class SettingEndpoints
{
    /// <summary>200 with the settings in force, secrets masked, and with findings, those first that matter most.</summary>
    [Function("CelerityListSettings")]
    public static Task<IResult> ListAsync(
        [HttpTrigger(AuthorizationLevel.Function, "get", Route = "settings")] HttpRequest request, FunctionContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        return Endpoint.RunAsync(async () => Endpoint.Json(new
        {
            Settings = context.InstanceServices.GetRequiredService<SettingReport>().List(),
            Findings = await context.InstanceServices.GetRequiredService<SetupFindings>().ListAsync(context.CancellationToken).ConfigureAwait(false),
        }));
    }
}
