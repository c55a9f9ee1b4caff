using Celerity.Compositions;
using Celerity.Stages;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask;

namespace Celerity.Functions.Compositions;

/// <summary>Waits for whatever a pipeline awaits: steps, and between them an event or a timer. Its history stays small however long that takes.</summary>
public static class AwaitOrchestrator
{
    // A step is at most 9 events, so an execution stays below 60.
    private const int StepsPerExecution = 5;

    // About an hour with the waits below: a service that is down that long needs people.
    private const int MaxFaults = 65;

    private static readonly TimeSpan MaxFaultDelay = TimeSpan.FromMinutes(1);

    /// <summary>Waits.</summary>
    /// <param name="context">The orchestration; its input is an <c>AwaitProgress</c> as JSON.</param>
    /// <returns>An <c>AwaitOutcome</c> as JSON.</returns>
    [Function(FunctionNames.Await)]
    public static async Task<string?> RunAsync([OrchestrationTrigger] TaskOrchestrationContext context)
    {
        var progress = CelerityJson.Read<AwaitProgress>(context.GetInput<string>()!);

        // ONE wait per execution, never cancelled: released packages lose events after a cancelled wait.
        var changed = context.WaitForExternalEvent<string?>(FunctionNames.StageEvent);
        for (var made = 0; made < StepsPerExecution; made++)
        {
            if (progress.Wait > TimeSpan.Zero)
            {
                await WaitAsync(context, changed, progress.Wait).ConfigureAwait(true);
                changed = changed.IsCompleted ? context.WaitForExternalEvent<string?>(FunctionNames.StageEvent) : changed;
            }

            AwaitOutcome? outcome;
            (progress, outcome) = await StepAsync(context, progress).ConfigureAwait(true);
            if (outcome is not null)
            {
                return CelerityJson.Write(outcome);
            }
        }

        context.ContinueAsNew(CelerityJson.Write(progress));
        return null;
    }

    private static async Task<(AwaitProgress Progress, AwaitOutcome? Outcome)> StepAsync(TaskOrchestrationContext context, AwaitProgress progress)
    {
        try
        {
            var json = await context.CallActivityAsync<string>(FunctionNames.AwaitStep, CelerityJson.Write(progress.Request)).ConfigureAwait(true);
            var step = CelerityJson.Read<AwaitStep>(json);
            return step.Next is { } next ? (new AwaitProgress(next, step.Wait, Faults: 0), null) : (progress, step.Outcome);
        }
        catch (TaskFailedException exception)
        {
            if (progress.Faults >= MaxFaults)
            {
                return (progress, AwaitOutcome.Faulted(new StageFault(
                    ErrorCodes.AwaitStuck, $"A step of waiting failed {MaxFaults} times in a row, at last with: {exception.FailureDetails.ErrorMessage}")));
            }

            var delay = TimeSpan.FromSeconds(Math.Min(MaxFaultDelay.TotalSeconds, Math.Pow(2, progress.Faults)));
            context.CreateReplaySafeLogger(nameof(AwaitOrchestrator)).AwaitStepFailed(exception, context.InstanceId, delay);
            return (progress with { Wait = delay, Faults = progress.Faults + 1 }, null);
        }
    }

    private static async Task WaitAsync(TaskOrchestrationContext context, Task changed, TimeSpan wait)
    {
        using var timer = new CancellationTokenSource();
        await Task.WhenAny(changed, context.CreateTimer(wait, timer.Token)).ConfigureAwait(true);
        timer.Cancel();
    }
}

/// <summary>Where the wait stands; what it takes along when it continues as new.</summary>
/// <param name="Request">The step to make next.</param>
/// <param name="Wait">How long to wait before it, at most.</param>
/// <param name="Faults">How many steps failed in a row because a service did.</param>
internal sealed record AwaitProgress(AwaitRequest Request, TimeSpan Wait, int Faults);
