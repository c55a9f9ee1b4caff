using Celerity.Functions.Pipelines;
using Celerity.Runs;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask.Client;
using Microsoft.Extensions.DependencyInjection;

namespace Celerity.Functions.Http;

/// <summary>Suspends runs and resumes them.</summary>
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

    private static Task<IResult> ChangeAsync(
        HttpRequest request, string id, DurableTaskClient client, FunctionContext context, Func<IRunControl, ActionNote, Task<bool>> change)
    {
        ArgumentNullException.ThrowIfNull(request);
        ArgumentNullException.ThrowIfNull(context);
        return Endpoint.RunAsync(async () =>
        {
            var services = context.InstanceServices;
            var body = await OperationBody.ReadAsync(request, context.CancellationToken).ConfigureAwait(false);
            var isChanged = await change(services.GetRequiredService<IRunControl>(), body.NoteOf(request)).ConfigureAwait(false);
            var found = await services.GetRequiredService<RunStore>().FindWithStagesAsync(id, context.CancellationToken).ConfigureAwait(false) ?? throw RunStore.Unknown();

            // Steps that wait look at once.
            await new DurableStageSignal(client).RaiseAllAsync(found, context.CancellationToken).ConfigureAwait(false);
            var controls = await services.GetRequiredService<Controls.ControlBoard>().GetAsync(context.CancellationToken).ConfigureAwait(false);
            return Endpoint.Json(new { Changed = isChanged, Run = RunSummary.From(found.Run).With(controls) });
        });
    }
}
