using Celerity.Functions.Compositions;
using Celerity.Functions.Pipelines;
using Celerity.Runs;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask.Client;
using Microsoft.Extensions.DependencyInjection;

namespace Celerity.Functions.Http;

/// <summary>Suspends, resumes and clones runs.</summary>
public static class RunControlEndpoints
{
    /// <summary>Suspends a run: 200; 409 where it has ended. The body may have <c>who</c> and <c>why</c>.</summary>
    [Function("CeleritySuspendRun")]
    public static Task<IResult> SuspendAsync(
        [HttpTrigger(AuthorizationLevel.Function, "post", Route = "runs/{id}/suspend")] HttpRequest request,
        string id,
        [DurableClient] DurableTaskClient client,
        FunctionContext context) => ChangeAsync(request, id, client, context, (control, note) => control.SuspendAsync(id, note, context.CancellationToken));

    /// <summary>Resumes a run: 200. The body may have <c>who</c> and <c>why</c>.</summary>
    [Function("CelerityResumeRun")]
    public static Task<IResult> ResumeAsync(
        [HttpTrigger(AuthorizationLevel.Function, "post", Route = "runs/{id}/resume")] HttpRequest request,
        string id,
        [DurableClient] DurableTaskClient client,
        FunctionContext context) => ChangeAsync(request, id, client, context, (control, note) => control.ResumeAsync(id, note, context.CancellationToken));

    /// <summary>
    /// Starts a run with the request of another: 202 with the run's URLs. The body is a JSON merge patch of the request (RFC 7396), or nothing. Query as of a
    /// start; without <c>tag</c> it has the other's tags, without <c>deadline</c> as much time.
    /// </summary>
    [Function("CelerityCloneRun")]
    public static Task<IResult> CloneAsync(
        [HttpTrigger(AuthorizationLevel.Function, "post", Route = "runs/{id}/clone")] HttpRequest request,
        string id,
        [DurableClient] DurableTaskClient client,
        FunctionContext context)
    {
        ArgumentNullException.ThrowIfNull(request);
        ArgumentNullException.ThrowIfNull(context);
        return Endpoint.RunAsync(async () =>
        {
            var services = context.InstanceServices.With(client);
            var patch = await Endpoint.ReadPatchAsync(request, context.CancellationToken).ConfigureAwait(false);
            var terms = RunQuery.ReadTerms(request, services.GetRequiredService<TimeProvider>());
            var (run, existing) = await services.GetRequiredService<RunStarter>().CloneAsync(
                id, patch, terms, context.CancellationToken).ConfigureAwait(false);
            return RunLinks.Started(request, run, existing);
        });
    }

    private static Task<IResult> ChangeAsync(
        HttpRequest request, string id, DurableTaskClient client, FunctionContext context, Func<IRunControl, ActionNote, Task<bool>> change)
    {
        ArgumentNullException.ThrowIfNull(request);
        ArgumentNullException.ThrowIfNull(context);
        return Endpoint.RunAsync(async () =>
        {
            var services = context.InstanceServices.With(client);
            var body = await OperationBody.ReadAsync(request, context.CancellationToken).ConfigureAwait(false);
            var isChanged = await change(services.GetRequiredService<IRunControl>(), body.NoteOf(request)).ConfigureAwait(false);
            var found = await services.GetRequiredService<RunStore>().FindAsync(id, context.CancellationToken).ConfigureAwait(false) ?? throw RunStore.Unknown();
            var controls = await services.GetRequiredService<Controls.ControlBoard>().GetAsync(context.CancellationToken).ConfigureAwait(false);
            return Endpoint.Json(new { Changed = isChanged, Run = RunSummaries.From(found).With(controls) });
        });
    }
}
