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
            var result = await context.CallSubOrchestratorAsync<JsonElement?>(
                function, request, new SubOrchestrationOptions(instanceId: RunInstance.PipelineOf(run, generation))).ConfigureAwait(true);
            return new RunEnd(run, generation, result, null);
        }
        catch (TaskFailedException exception)
        {
            return new RunEnd(run, generation, null, FaultOf(exception.FailureDetails));
        }
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
