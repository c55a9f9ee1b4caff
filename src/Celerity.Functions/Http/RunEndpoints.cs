using Celerity.Functions.Compositions;
using Celerity.Runs;
using Celerity.Stages;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask.Client;
using Microsoft.Extensions.DependencyInjection;

namespace Celerity.Functions.Http;

/// <summary>Shows, cancels and restarts runs.</summary>
public static class RunEndpoints
{
    private const int MaxListed = 200;
    private const int DefaultListed = 50;
    private const int MaxWaitSeconds = 60;
    private const int MaxStage = 10_000;

    /// <summary>
    /// Lists runs, the newest first: 200, a page with <c>next</c>. Query: <c>state</c>, <c>pipeline</c>, <c>tag</c>, <c>since</c>, <c>before</c>, <c>limit</c> (1 to
    /// 200, default 50) and <c>after</c>, the <c>next</c> of the page before.
    /// </summary>
    [Function("CelerityListRuns")]
    public static Task<IResult> ListAsync(
        [HttpTrigger(AuthorizationLevel.Function, "get", Route = "runs")] HttpRequest request, FunctionContext context)
    {
        ArgumentNullException.ThrowIfNull(request);
        ArgumentNullException.ThrowIfNull(context);
        return Endpoint.RunAsync(async () =>
        {
            var limit = Endpoint.ReadNumber(request, "limit", 1, MaxListed, DefaultListed);
            var after = request.Query["after"].ToString() is { Length: > 0 } id ? id : null;
            return Endpoint.Json(await context.InstanceServices.GetRequiredService<IRunResults>()
                .ListAsync(RunQuery.ReadFilter(request), after, limit, context.CancellationToken).ConfigureAwait(false));
        });
    }

    /// <summary>
    /// Shows a run: state, progress, stages, failures, result. With <c>wait</c> (0 to 60, in seconds, fractions allowed; default 0) the answer
    /// comes when the run has ended, or after so long.
    /// </summary>
    [Function("CelerityGetRun")]
    public static Task<IResult> GetAsync(
        [HttpTrigger(AuthorizationLevel.Function, "get", Route = "runs/{id}")] HttpRequest request, string id, FunctionContext context)
    {
        ArgumentNullException.ThrowIfNull(request);
        ArgumentNullException.ThrowIfNull(context);
        return Endpoint.RunAsync(async () =>
        {
            var wait = Endpoint.ReadWait(request, MaxWaitSeconds);
            using var gone = CancellationTokenSource.CreateLinkedTokenSource(context.CancellationToken, request.HttpContext.RequestAborted);
            var services = context.InstanceServices;
            var view = await services.GetRequiredService<IRunResults>().WaitAsync(id, wait, gone.Token).ConfigureAwait(false);
            return Endpoint.Json(StageLinks.With(view ?? throw RunStore.Unknown(), request, services.GetRequiredService<StageRegistry>()));
        });
    }

    /// <summary>Asks a run to stop: 202, or 409 where it has ended. The body may have <c>who</c> and <c>why</c>.</summary>
    [Function("CelerityCancelRun")]
    public static Task<IResult> CancelAsync(
        [HttpTrigger(AuthorizationLevel.Function, "post", Route = "runs/{id}/cancel")] HttpRequest request,
        string id,
        [DurableClient] DurableTaskClient client,
        FunctionContext context)
    {
        ArgumentNullException.ThrowIfNull(request);
        ArgumentNullException.ThrowIfNull(context);
        return Endpoint.RunAsync(async () =>
        {
            var body = await OperationBody.ReadAsync(request, context.CancellationToken).ConfigureAwait(false);
            var control = context.InstanceServices.With(client).GetRequiredService<IRunControl>();
            return Endpoint.Json(await control.CancelAsync(id, body.NoteOf(request), context.CancellationToken).ConfigureAwait(false), StatusCodes.Status202Accepted);
        });
    }

    /// <summary>
    /// Starts a run that has ended again, as its next generation: chunks that failed or were never reached are run, all others are taken over. 202; 409 where
    /// it has not ended, or no chunk failed. The body may have <c>who</c> and <c>why</c>.
    /// </summary>
    [Function("CelerityRetryFailedRun")]
    public static Task<IResult> RetryFailedAsync(
        [HttpTrigger(AuthorizationLevel.Function, "post", Route = "runs/{id}/retry-failed")] HttpRequest request,
        string id,
        [DurableClient] DurableTaskClient client,
        FunctionContext context) => RestartAsync(request, id, client, context, (control, note) => control.RetryFailedAsync(id, note, context.CancellationToken));

    /// <summary>
    /// Starts a run that has ended again from a stage on (query <c>stage</c>, 1 and up, default 1): that stage and those after it run anew, those before it are
    /// taken over. 202; 409 where it has not ended. The body may have <c>who</c> and <c>why</c>.
    /// </summary>
    [Function("CelerityRestartRun")]
    public static Task<IResult> RestartAsync(
        [HttpTrigger(AuthorizationLevel.Function, "post", Route = "runs/{id}/restart")] HttpRequest request,
        string id,
        [DurableClient] DurableTaskClient client,
        FunctionContext context) =>
        RestartAsync(request, id, client, context, (control, note) =>
            control.RestartAsync(id, note, Endpoint.ReadNumber(request, "stage", 1, MaxStage, otherwise: 1), context.CancellationToken));

    private static Task<IResult> RestartAsync(HttpRequest request, string id, DurableTaskClient client, FunctionContext context, Func<IRunControl, ActionNote, Task<int>> restart)
    {
        ArgumentNullException.ThrowIfNull(request);
        ArgumentNullException.ThrowIfNull(context);
        return Endpoint.RunAsync(async () =>
        {
            var body = await OperationBody.ReadAsync(request, context.CancellationToken).ConfigureAwait(false);
            var generation = await restart(context.InstanceServices.With(client).GetRequiredService<IRunControl>(), body.NoteOf(request)).ConfigureAwait(false);
            var links = RunLinks.For(request, id);
            request.HttpContext.Response.Headers.Location = links.StatusUrl;
            return Endpoint.Json(new { Id = id, Generation = generation, links.StatusUrl, links.CancelUrl }, StatusCodes.Status202Accepted);
        });
    }
}
