using Celerity.Stages;
using Microsoft.DurableTask;

namespace Celerity.Functions.Pipelines;

/// <summary>What follows when a step of a stage, or of a merge, failed because a service did: it waits, longer each time, for about an hour.</summary>
internal static class StepFaults
{
    // About an hour with the waits below: a service that is down that long needs people.
    private const int MaxFaults = 65;

    private static readonly TimeSpan MaxDelay = TimeSpan.FromMinutes(1);

    /// <summary>Waits before the step is made again.</summary>
    /// <param name="context">The orchestration.</param>
    /// <param name="faults">How many steps had failed in a row before.</param>
    /// <param name="exception">What the step failed with.</param>
    /// <returns><see langword="null"/> where it is to be made again.</returns>
    public static async Task<StageFault?> FindAsync(TaskOrchestrationContext context, int faults, TaskFailedException exception)
    {
        if (faults >= MaxFaults)
        {
            return new StageFault(
                ErrorCodes.StageStuck, $"A step of the stage failed {MaxFaults} times in a row, at last with: {exception.FailureDetails.ErrorMessage}");
        }

        var delay = TimeSpan.FromSeconds(Math.Min(MaxDelay.TotalSeconds, Math.Pow(2, faults)));
        context.CreateReplaySafeLogger(nameof(StageOrchestrator)).StepFailed(exception, context.InstanceId, delay);
        await context.CreateTimer(delay, CancellationToken.None).ConfigureAwait(true);
        return null;
    }
}
