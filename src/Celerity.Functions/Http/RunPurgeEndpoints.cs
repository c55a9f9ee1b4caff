using Celerity.Functions.Compositions;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask.Client;
using Microsoft.Extensions.DependencyInjection;

namespace Celerity.Functions.Http;

/// <summary>Purges runs.</summary>
public static class RunPurgeEndpoints
{
    /// <summary>
    /// Purges a run that has ended, with all that it wrote: 200 with what was deleted at once, and when the rest goes; 409 where it has not ended. The body may have
    /// <c>who</c> and <c>why</c>.
    /// </summary>
    [Function("CelerityDeleteRun")]
    public static Task<IResult> DeleteAsync(
        [HttpTrigger(AuthorizationLevel.Function, "delete", Route = "runs/{id}")] HttpRequest request,
        string id,
        [DurableClient] DurableTaskClient client,
        FunctionContext context) => RunAsync(request, context, async services =>
        {
            var body = await OperationBody.ReadAsync(request, context.CancellationToken).ConfigureAwait(false);
            return Endpoint.Json(
                await services.With(client).GetRequiredService<IRunControl>().PurgeAsync(id, body.NoteOf(request), context.CancellationToken).ConfigureAwait(false));
        });

    /// <summary>
    /// Purges the runs of a <c>filter</c> that have ended: 202 with the action; with <c>dryRun</c> 200 with what it would do. The filter may have <c>state</c>,
    /// <c>pipeline</c>, <c>tag</c>, <c>since</c> and <c>before</c>; the body <c>who</c> and <c>why</c> besides.
    /// </summary>
    [Function("CelerityPurgeRuns")]
    public static Task<IResult> PurgeAsync(
        [HttpTrigger(AuthorizationLevel.Function, "post", Route = "runs/purge")] HttpRequest request, FunctionContext context) =>
        RunAsync(request, context, async services =>
        {
            var body = await RunPurgeBody.ReadAsync(request, context.CancellationToken).ConfigureAwait(false);
            var control = services.GetRequiredService<IRunControl>();
            if (body.DryRun)
            {
                return Endpoint.Json(await control.PreviewPurgeAsync(body.Filter!, context.CancellationToken).ConfigureAwait(false));
            }

            return Endpoint.Json(
                await control.PurgeAsync(body.Filter!, body.NoteOf(request), context.CancellationToken).ConfigureAwait(false), StatusCodes.Status202Accepted);
        });

    /// <summary>Lists purges of many runs, the newest first: 200.</summary>
    [Function("CelerityListRunPurges")]
    public static Task<IResult> ListAsync(
        [HttpTrigger(AuthorizationLevel.Function, "get", Route = "run-purges")] HttpRequest request, FunctionContext context) =>
        RunAsync(request, context, async services =>
            Endpoint.Json(new { Purges = await services.GetRequiredService<IRunControl>().ListPurgesAsync(context.CancellationToken).ConfigureAwait(false) }));

    /// <summary>Shows how far a purge of many runs is: 200.</summary>
    [Function("CelerityGetRunPurge")]
    public static Task<IResult> GetAsync(
        [HttpTrigger(AuthorizationLevel.Function, "get", Route = "run-purges/{id}")] HttpRequest request, string id, FunctionContext context) =>
        RunAsync(request, context, async services => Endpoint.Json(
            await services.GetRequiredService<IRunControl>().FindPurgeAsync(id, context.CancellationToken).ConfigureAwait(false)
            ?? throw new CelerityException(ErrorCodes.UnknownRunPurge, "There is no purge of that id. GET /api/run-purges lists them.")));

    private static Task<IResult> RunAsync(HttpRequest request, FunctionContext context, Func<IServiceProvider, Task<IResult>> endpoint)
    {
        ArgumentNullException.ThrowIfNull(request);
        ArgumentNullException.ThrowIfNull(context);
        return Endpoint.RunAsync(() => endpoint(context.InstanceServices));
    }
}
