using Celerity.Compositions;
using Celerity.Functions.Pipelines;
using Celerity.Runs;
using Celerity.Stages;
using Microsoft.DurableTask.Client;

namespace Celerity.Functions.Compositions;

/// <summary>Starts another run and waits for it. Started again with the run that awaits it, it goes on where it failed.</summary>
internal sealed class RunAwaiter(RunStarter starter, RunStore runs, RunRestarts restarts, RunLifecycle lifecycle, RunViews views, DurableTaskClient client, TimeProvider time)
{
    /// <summary>Makes the next step.</summary>
    /// <param name="request">What is awaited.</param>
    /// <param name="isWanted">Whether the run that awaits it still does.</param>
    /// <param name="cancellationToken">Stops the wait.</param>
    public async ValueTask<AwaitStep> StepAsync(AwaitRequest request, bool isWanted, CancellationToken cancellationToken)
    {
        var awaited = request.Run!;
        var run = await runs.FindAsync(awaited.Id, cancellationToken).ConfigureAwait(false);
        if (!isWanted)
        {
            return await CancelAsync(run, cancellationToken).ConfigureAwait(false);
        }

        if (!awaited.IsBegun)
        {
            await BeginAsync(request, run, cancellationToken).ConfigureAwait(false);
            request = request with { Run = awaited with { IsBegun = true } };
            return run is null ? AwaitStep.WaitOn(request, time.GetUtcNow()) : AwaitStep.GoOn(request);
        }

        return run switch
        {
            null => Failed($"The run {awaited.Id} of '{awaited.Pipeline}' is gone."),
            { State: RunState.Succeeded or RunState.SucceededWithErrors } => await OutcomeAsync(request.Key, run, cancellationToken).ConfigureAwait(false),
            { State: var state } when state.IsEnd() => Failed(
                $"The run {awaited.Id} of '{awaited.Pipeline}' ended as {state}{(run.ErrorCode is null ? "." : $": {run.ErrorCode}: {run.ErrorMessage}")}"),
            _ => AwaitStep.WaitOn(request, time.GetUtcNow()),
        };
    }

    private async ValueTask BeginAsync(AwaitRequest request, RunRecord? run, CancellationToken cancellationToken)
    {
        var (key, awaited) = (request.Key, request.Run!);
        if (run is null)
        {
            _ = await starter.StartAsync(client, awaited.Id, awaited.Pipeline, awaited.Request, cancellationToken, key.Instance).ConfigureAwait(false);
            return;
        }

        // The orchestration that waits is that of another generation now.
        run = await runs.ChangeAsync(run.Id, run => run.Waiter == key.Instance ? null : run with { Waiter = key.Instance }, cancellationToken).ConfigureAwait(false);
        if (run is { State: RunState.Failed or RunState.Cancelled } && key.Generation > 1)
        {
            await restarts.RestartAsync(
                run.Id, RunRestart.Failed, key.Instance, new ActionNote("celerity", $"with the run {key.Run}"), cancellationToken).ConfigureAwait(false);
            await starter.StartPendingAsync(client, run.Id, cancellationToken).ConfigureAwait(false);
        }
    }

    private async ValueTask<AwaitStep> CancelAsync(RunRecord? run, CancellationToken cancellationToken)
    {
        if (run?.State.IsEnd() == false && await lifecycle.CancelAsync(run.Id, cancellationToken).ConfigureAwait(false) is { } cancelled)
        {
            await new DurableStageSignal(client).RaiseAllAsync(cancelled.Id, cancelled.Generation, cancellationToken).ConfigureAwait(false);
        }

        return AwaitStep.Ended(AwaitOutcome.Faulted(StageFault.Cancelled));
    }

    private async ValueTask<AwaitStep> OutcomeAsync(AwaitKey key, RunRecord run, CancellationToken cancellationToken)
    {
        if (run.State == RunState.SucceededWithErrors)
        {
            // Before the pipeline learns of it: when it ends, the run's row tells.
            await runs.NoteErrorsAsync(key.Run, key.Generation, waiter => waiter with { HasRunsWithErrors = true }, cancellationToken).ConfigureAwait(false);
        }

        var view = await views.FindAsync(run.Id, cancellationToken).ConfigureAwait(false);
        return AwaitStep.Ended(view?.Result is { } result && result.GetRawText().Length is var chars && chars > Awaits.MaxResultChars
            ? AwaitOutcome.Faulted(Awaits.TooLarge($"The result of the run {run.Id}", chars))
            : new AwaitOutcome { Result = view?.Result });
    }

    private static AwaitStep Failed(string message) => AwaitStep.Ended(AwaitOutcome.Faulted(new StageFault(ErrorCodes.SubRunFailed, message)));
}
