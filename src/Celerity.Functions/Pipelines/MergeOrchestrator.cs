using Celerity.Stages.Outputs.Merging;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask;
using Microsoft.Extensions.DependencyInjection;

namespace Celerity.Functions.Pipelines;

/// <summary>Merges a stage's output into one blob. Its history stays small however long that takes.</summary>
public static class MergeOrchestrator
{
    private const int StepsPerExecution = 10;

    /// <summary>Runs a merge.</summary>
    /// <param name="context">The orchestration; its input is a <c>MergeProgress</c> as JSON.</param>
    /// <returns>A <c>MergeOutcome</c> as JSON.</returns>
    [Function(FunctionNames.Merge)]
    public static async Task<string?> RunAsync([OrchestrationTrigger] TaskOrchestrationContext context)
    {
        var progress = CelerityJson.Read<MergeProgress>(context.GetInput<string>()!);
        for (var count = 0; count < StepsPerExecution; count++)
        {
            try
            {
                var step = CelerityJson.Read<MergeStep>(
                    await context.CallActivityAsync<string>(FunctionNames.MergeOutput, CelerityJson.Write(progress.Request)).ConfigureAwait(true));
                if (step.Next is not { } next)
                {
                    return CelerityJson.Write(new MergeOutcome(step.End, step.Fault));
                }

                progress = new MergeProgress(progress.Request with { Cursor = next });
            }
            catch (TaskFailedException exception)
            {
                if (await StepFaults.FindAsync(context, progress.Faults, exception).ConfigureAwait(true) is { } fault)
                {
                    return CelerityJson.Write(new MergeOutcome(null, fault));
                }

                progress = progress with { Faults = progress.Faults + 1 };
            }
        }

        context.ContinueAsNew(CelerityJson.Write(progress));
        return null;
    }

    /// <summary>Merges the next part of an output.</summary>
    [Function(FunctionNames.MergeOutput)]
    public static async Task<string> StepAsync([ActivityTrigger] string request, FunctionContext context)
    {
        var step = await context.InstanceServices.GetRequiredService<OutputMerger>()
            .StepAsync(CelerityJson.Read<MergeRequest>(request), context.CancellationToken).ConfigureAwait(false);
        return CelerityJson.Write(step);
    }
}
