using Celerity.Alerts;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.DependencyInjection;

namespace Celerity.Functions.Http;

/// <summary>Shows alerts, and silences them.</summary>
public static class AlertEndpoints
{
    /// <summary>Lists the alerts, the rules and the silences in force: 200.</summary>
    [Function("CelerityListAlerts")]
    public static Task<IResult> ListAsync([HttpTrigger(AuthorizationLevel.Function, "get", Route = "alerts")] HttpRequest request, FunctionContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        return Endpoint.RunAsync(async () => Endpoint.Json(
            await context.InstanceServices.GetRequiredService<AlertViews>().ListAsync(context.CancellationToken).ConfigureAwait(false)));
    }

    /// <summary>Keeps alerts of a rule, a subject or both from being told for so many minutes: 201 with the silence.</summary>
    [Function("CelerityAddAlertSilence")]
    public static Task<IResult> SilenceAsync(
        [HttpTrigger(AuthorizationLevel.Function, "post", Route = "alert-silences")] HttpRequest request, FunctionContext context)
    {
        ArgumentNullException.ThrowIfNull(request);
        ArgumentNullException.ThrowIfNull(context);
        return Endpoint.RunAsync(async () =>
        {
            var body = await AlertSilenceBody.ReadAsync(request, context.CancellationToken).ConfigureAwait(false);
            var silence = await Silences(context)
                .AddAsync(body.Rule, body.Subject, body.Minutes ?? 0, body.NoteOf(request), context.CancellationToken).ConfigureAwait(false);
            return Endpoint.Json(silence, StatusCodes.Status201Created);
        });
    }

    /// <summary>Ends a silence: 204; 404 where none of that id is in force.</summary>
    [Function("CelerityEndAlertSilence")]
    public static Task<IResult> UnsilenceAsync(
        [HttpTrigger(AuthorizationLevel.Function, "delete", Route = "alert-silences/{id}")] HttpRequest request, string id, FunctionContext context)
    {
        ArgumentNullException.ThrowIfNull(request);
        ArgumentNullException.ThrowIfNull(id);
        ArgumentNullException.ThrowIfNull(context);
        return Endpoint.RunAsync(async () =>
        {
            var body = await OperationBody.ReadAsync(request, context.CancellationToken).ConfigureAwait(false);
            await Silences(context).EndAsync(id, body.NoteOf(request), context.CancellationToken).ConfigureAwait(false);
            return Results.NoContent();
        });
    }

    private static AlertSilences Silences(FunctionContext context) => context.InstanceServices.GetRequiredService<AlertSilences>();
}
