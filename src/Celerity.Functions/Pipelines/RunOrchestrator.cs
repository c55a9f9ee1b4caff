using System.Text.Json;
using System.Text.RegularExpressions;
using Celerity.Stages;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask;

namespace Celerity.Functions.Pipelines;

/// <summary>Runs the user's pipeline as its child and writes down how it ended, whatever the pipeline does.</summary>
public static partial class RunOrchestrator
{
    private static readonly TimeSpan FaultDelay = TimeSpan.FromSeconds(30);

    // Stages look once a minute where their event is lost.
    private static readonly TimeSpan DeadlineGrace = TimeSpan.FromMinutes(2);

    private const int MaxDeadlineLooks = 20;

    private static readonly TaskOptions Retry = TaskOptions.FromRetryPolicy(new RetryPolicy(
        maxNumberOfAttempts: 4, firstRetryInterval: TimeSpan.FromSeconds(1), backoffCoefficient: 2));

    /// <summary>Runs one generation of a run.</summary>
    /// <param name="context">The orchestration; its input is a <c>RunProgress</c> as JSON.</param>
    [Function(FunctionNames.Run)]
    public static async Task RunAsync([OrchestrationTrigger] TaskOrchestrationContext context)
    {
        var progress = CelerityJson.Read<RunProgress>(context.GetInput<string>()!);
        try
        {
            if (progress.End is null)
            {
                var end = await RunPipelineAsync(context, progress).ConfigureAwait(true);
                progress = progress with { End = end };
            }

            await context.CallActivityAsync(FunctionNames.FinishRun, CelerityJson.Write(progress.End), Retry).ConfigureAwait(true);
            if (progress.Waiter is { } waiter)
            {
                context.SendEvent(waiter, FunctionNames.StageEvent, "");
            }
        }
        catch (TaskFailedException)
        {
            // The run's row could not be written: the storage is down. A run must end, so this goes on until it is back.
            await context.CreateTimer(FaultDelay, CancellationToken.None).ConfigureAwait(true);
            context.ContinueAsNew(CelerityJson.Write(progress));
        }
    }

    private static async Task<RunEnd> RunPipelineAsync(TaskOrchestrationContext context, RunProgress progress)
    {
        var (run, generation, function, request, _, _) = progress;
        var begun = await context.CallActivityAsync<bool>(FunctionNames.BeginRun, CelerityJson.Write(progress), Retry).ConfigureAwait(true);
        if (!begun)
        {
            return new RunEnd(run, generation, null, StageFault.Cancelled);
        }

        try
        {
            var pipeline = context.CallSubOrchestratorAsync<JsonElement?>(
                function, request, new SubOrchestrationOptions(instanceId: RunInstance.PipelineOf(run, generation)));
            if (progress.Deadline is { } deadline && !await EndsByAsync(context, pipeline, deadline, progress).ConfigureAwait(true))
            {
                return new RunEnd(run, generation, null, StageFault.TimedOut(deadline));
            }

            return new RunEnd(run, generation, await pipeline.ConfigureAwait(true), null);
        }
        catch (TaskFailedException exception)
        {
            return new RunEnd(run, generation, null, FaultOf(exception.FailureDetails));
        }
    }

    // Whether the pipeline ends. At the deadline its stages are stopped, and it with them; code of the user's that waits for something else is left behind.
    private static async Task<bool> EndsByAsync(TaskOrchestrationContext context, Task pipeline, DateTimeOffset deadline, RunProgress progress)
    {
        for (var look = 0; look < MaxDeadlineLooks; look++)
        {
            if (await EndsBeforeAsync(context, pipeline, deadline.UtcDateTime).ConfigureAwait(true))
            {
                return true;
            }

            // By the clock of a process that runs now: timers go by the clock of whoever made or fired them.
            var left = FaultDelay;
            try
            {
                left = await context.CallActivityAsync<TimeSpan>(FunctionNames.ExpireRun, CelerityJson.Write(progress), Retry).ConfigureAwait(true);
            }
            catch (TaskFailedException)
            {
                // The storage is down: again, once it may be back.
            }

            if (left == TimeSpan.Zero)
            {
                break;
            }

            deadline = context.CurrentUtcDateTime + left;
        }

        return await EndsBeforeAsync(context, pipeline, context.CurrentUtcDateTime + DeadlineGrace).ConfigureAwait(true);
    }

    private static async Task<bool> EndsBeforeAsync(TaskOrchestrationContext context, Task pipeline, DateTime end)
    {
        using var timer = new CancellationTokenSource();
        var first = await Task.WhenAny(pipeline, context.CreateTimer(end, timer.Token)).ConfigureAwait(true);
        timer.Cancel();
        return first == pipeline;
    }

    private static StageFault FaultOf(TaskFailureDetails details)
    {
        for (var failure = details; failure is not null; failure = failure.InnerFailure)
        {
            // The type's name does not come through every version of the packages; the code in the message does.
            if (CodedMessage().Match(failure.ErrorMessage) is { Success: true } match)
            {
                return new StageFault(match.Groups["code"].Value, match.Groups["message"].Value);
            }
        }

        return new StageFault(ErrorCodes.PipelineFailed, $"The pipeline failed with {details.ErrorType}: {details.ErrorMessage}");
    }

    [GeneratedRegex(@"(?<code>CEL\d{4}): (?<message>.+)\z", RegexOptions.Singleline | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex CodedMessage();
}
