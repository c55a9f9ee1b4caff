using Celerity.Stages;
using Celerity.Stages.Combining;
using Celerity.Stages.Outputs;
using Celerity.Stages.Planning;
using Celerity.Stages.Watching;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask;

namespace Celerity.Functions.Pipelines;

/// <summary>Takes one stage through planning, publishing, watching, combining and listing. Its history stays small however long that takes.</summary>
public static class StageOrchestrator
{
    // A step is at most 9 events, so an execution stays below 60.
    private const int StepsPerExecution = 5;

    /// <summary>Runs a stage.</summary>
    /// <param name="context">The orchestration; its input is a <c>StageProgress</c> as JSON.</param>
    /// <returns>A <c>StageOutcome</c> as JSON.</returns>
    [Function(FunctionNames.Stage)]
    public static async Task<string?> RunAsync([OrchestrationTrigger] TaskOrchestrationContext context)
    {
        var progress = CelerityJson.Read<StageProgress>(context.GetInput<string>()!);

        // ONE wait per execution, never cancelled: released packages lose events after a cancelled wait.
        var changed = context.WaitForExternalEvent<string?>(FunctionNames.StageEvent);
        for (var step = 0; step < StepsPerExecution; step++)
        {
            StageOutcome? outcome;
            try
            {
                (progress, outcome) = await StepAsync(context, progress, changed).ConfigureAwait(true);
                changed = changed.IsCompleted ? context.WaitForExternalEvent<string?>(FunctionNames.StageEvent) : changed;
            }
            catch (TaskFailedException exception)
            {
                (progress, outcome) = await WaitAfterFaultAsync(context, progress, exception).ConfigureAwait(true);
            }

            if (outcome is not null)
            {
                return CelerityJson.Write(outcome);
            }
        }

        context.ContinueAsNew(CelerityJson.Write(progress));
        return null;
    }

    private static async Task<(StageProgress Progress, StageOutcome? Outcome)> StepAsync(
        TaskOrchestrationContext context, StageProgress progress, Task changed)
    {
        if (progress.Planning is { } planning)
        {
            var step = await CallAsync<PlanRequest, PlanStep>(context, FunctionNames.PlanStage, planning).ConfigureAwait(true);
            return step.IsHeld ? await WaitHeldAsync(context, progress, changed).ConfigureAwait(true) : AfterPlanning(progress, planning, step);
        }

        var plan = progress.Plan!;
        if (!progress.Published)
        {
            var step = await CallAsync<StagePlan, PublishStep>(context, FunctionNames.PublishStage, plan).ConfigureAwait(true);
            return step.IsHeld ? await WaitHeldAsync(context, progress, changed).ConfigureAwait(true)
                : step.Fault is null ? (progress with { Published = true, Faults = 0 }, null) : (progress, new StageOutcome(null, step.Fault));
        }

        if (progress.Listing is { } listing)
        {
            var step = await CallAsync<ListRequest, ListStep>(context, FunctionNames.ListOutput, listing).ConfigureAwait(true);
            var outcome = step.Next is null ? new StageOutcome(step.Head is null ? null : progress.End, step.Fault, step.Head) : null;
            return (progress with { Listing = step.Next, Faults = 0 }, outcome);
        }

        if (progress.Combining is { } combining)
        {
            var step = await CallAsync<CombineRequest, CombineStep>(context, FunctionNames.CombineStage, combining).ConfigureAwait(true);
            if (step.IsHeld)
            {
                return await WaitHeldAsync(context, progress, changed).ConfigureAwait(true);
            }

            var list = step is { End: not null, WritesRecords: true } ? new ListRequest(plan) : null;
            var outcome = step.Next is null && list is null ? new StageOutcome(step.End, step.Fault) : null;
            return (progress with { Combining = step.Next, Listing = list, End = step.End, Faults = 0 }, outcome);
        }

        await WaitAsync(context, changed, progress.Watch.Interval).ConfigureAwait(true);
        var watched = await CallAsync<WatchRequest, WatchStep>(
            context, FunctionNames.WatchStage, new WatchRequest(plan, progress.Watch, changed.IsCompleted)).ConfigureAwait(true);
        return AfterWatching(progress with { Watch = watched.State, Faults = 0 }, watched);
    }

    private static (StageProgress Progress, StageOutcome? Outcome) AfterPlanning(StageProgress progress, PlanRequest planning, PlanStep step)
    {
        if (step.Plan is not { } plan)
        {
            return step.Fault is { } fault
                ? (progress, new StageOutcome(null, fault))
                : (progress with { Planning = planning with { Cursor = step.Cursor, Takeover = step.Takeover }, Faults = 0 }, null);
        }

        var isEmpty = plan.Layout.ChunkCount == 0 || plan.IsComplete;
        return (new StageProgress
        {
            Plan = plan,
            Published = isEmpty,
            Watch = progress.Watch,
            Combining = isEmpty ? new CombineRequest(plan, 0, null) : null,
        }, null);
    }

    private static (StageProgress Progress, StageOutcome? Outcome) AfterWatching(StageProgress progress, WatchStep step) => step.Found switch
    {
        WatchFinding.Complete => (progress with { Combining = new CombineRequest(progress.Plan!, 0, null) }, null),
        WatchFinding.Cancelled => (progress, new StageOutcome(null, StageFault.Cancelled)),
        _ => (progress, null),
    };

    // Resuming and cancelling raise the event; it may be lost, and who resumes by C# raises none.
    private static async Task<(StageProgress Progress, StageOutcome? Outcome)> WaitHeldAsync(TaskOrchestrationContext context, StageProgress progress, Task changed)
    {
        await WaitAsync(context, changed, progress.Watch.Interval).ConfigureAwait(true);
        return (progress with { Faults = 0 }, null);
    }

    private static async Task WaitAsync(TaskOrchestrationContext context, Task changed, TimeSpan interval)
    {
        using var timer = new CancellationTokenSource();
        await Task.WhenAny(changed, context.CreateTimer(interval, timer.Token)).ConfigureAwait(true);
        timer.Cancel();
    }

    private static async Task<(StageProgress Progress, StageOutcome? Outcome)> WaitAfterFaultAsync(
        TaskOrchestrationContext context, StageProgress progress, TaskFailedException exception) =>
        await StepFaults.FindAsync(context, progress.Faults, exception).ConfigureAwait(true) is { } fault
            ? (progress, new StageOutcome(null, fault))
            : (progress with { Faults = progress.Faults + 1 }, null);

    private static async Task<TStep> CallAsync<TRequest, TStep>(TaskOrchestrationContext context, string activity, TRequest request) =>
        CelerityJson.Read<TStep>(await context.CallActivityAsync<string>(activity, CelerityJson.Write(request)).ConfigureAwait(true));
}
