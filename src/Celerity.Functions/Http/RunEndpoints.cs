using Celerity.Controls;
using Celerity.Functions.Pipelines;
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
            var after = request.Query["after"].ToString() is { Length: > 0 } id ? CheckId(id) : null;
            var controls = await context.InstanceServices.GetRequiredService<ControlBoard>().GetAsync(context.CancellationToken).ConfigureAwait(false);
            return Endpoint.Json(await context.InstanceServices.GetRequiredService<RunStore>()
                .ListAsync(RunQuery.ReadFilter(request), after, limit, context.CancellationToken, controls).ConfigureAwait(false));
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
            var (run, wait) = (CheckId(id), Endpoint.ReadWait(request, MaxWaitSeconds));
            using var gone = CancellationTokenSource.CreateLinkedTokenSource(context.CancellationToken, request.HttpContext.RequestAborted);
            var services = context.InstanceServices;
            await services.GetRequiredService<RunEnds>().WaitAsync(run, wait, gone.Token).ConfigureAwait(false);
            var view = await services.GetRequiredService<RunViews>().FindAsync(run, gone.Token).ConfigureAwait(false);
            return Endpoint.Json(StageLinks.With(services.GetRequiredService<ShownRequests>().Mask(view ?? throw RunStore.Unknown()), request, services.GetRequiredService<StageRegistry>()));
        });
    }

    /// <summary>Asks a run to stop: 202, or 409 where it has ended.</summary>
    [Function("CelerityCancelRun")]
    public static Task<IResult> CancelAsync(
        [HttpTrigger(AuthorizationLevel.Function, "post", Route = "runs/{id}/cancel")] HttpRequest request,
        string id,
        [DurableClient] DurableTaskClient client,
        FunctionContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        return Endpoint.RunAsync(async () =>
        {
            var services = context.InstanceServices;
            var run = await services.GetRequiredService<RunLifecycle>().CancelAsync(CheckId(id), context.CancellationToken).ConfigureAwait(false)
                ?? throw RunStore.Unknown();
            await new DurableStageSignal(client).RaiseAllAsync(id, run.Generation, context.CancellationToken).ConfigureAwait(false);

            return Endpoint.Json(RunSummary.From(run), StatusCodes.Status202Accepted);
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
        FunctionContext context) => RestartAsync(request, id, client, context, () => RunRestart.Failed);

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
        RestartAsync(request, id, client, context, () => new RunRestart(RestartKind.Stage, Endpoint.ReadNumber(request, "stage", 1, MaxStage, otherwise: 1)));

    private static Task<IResult> RestartAsync(HttpRequest request, string id, DurableTaskClient client, FunctionContext context, Func<RunRestart> read)
    {
        ArgumentNullException.ThrowIfNull(request);
        ArgumentNullException.ThrowIfNull(context);
        return Endpoint.RunAsync(async () =>
        {
            var (services, run, restart) = (context.InstanceServices, CheckId(id), read());
            var body = await OperationBody.ReadAsync(request, context.CancellationToken).ConfigureAwait(false);
            var generation = await services.GetRequiredService<RunRestarts>()
                .RestartAsync(run, restart, Guid.NewGuid().ToString("N"), body.NoteOf(request), context.CancellationToken).ConfigureAwait(false);
            await services.GetRequiredService<RunStarter>().StartPendingAsync(client, run, context.CancellationToken).ConfigureAwait(false);
            var links = RunLinks.For(request, run);
            request.HttpContext.Response.Headers.Location = links.StatusUrl;
            return Endpoint.Json(new { Id = run, Generation = generation.Number, links.StatusUrl, links.CancelUrl }, StatusCodes.Status202Accepted);
        });
    }

    // An id comes from a URL: what is no id is answered like an id that does not exist, and never reaches the storage.
    private static string CheckId(string id) => RunKey.IsId(id) ? id : throw RunStore.Unknown();
}
