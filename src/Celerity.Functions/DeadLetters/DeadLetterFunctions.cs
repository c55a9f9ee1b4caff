using Celerity.DeadLetters.Actions;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask;
using Microsoft.Extensions.DependencyInjection;

namespace Celerity.Functions.DeadLetters;

/// <summary>Carries out replays and purges of many dead letters, step by step. Each step may run twice: it finds what it has done.</summary>
public static class DeadLetterFunctions
{
    // Four events each, so an execution stays below 60.
    private const int StepsPerExecution = 12;

    private static readonly TimeSpan FaultDelay = TimeSpan.FromSeconds(30);

    private static readonly TaskOptions Retry = TaskOptions.FromRetryPolicy(new RetryPolicy(
        maxNumberOfAttempts: 4, firstRetryInterval: TimeSpan.FromSeconds(1), backoffCoefficient: 2));

    /// <summary>Runs an action to its end.</summary>
    /// <param name="context">The orchestration; its input is the action's id.</param>
    [Function(FunctionNames.DeadLetterAction)]
    public static async Task RunAsync([OrchestrationTrigger] TaskOrchestrationContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        var id = context.GetInput<string>()!;
        try
        {
            for (var step = 0; step < StepsPerExecution; step++)
            {
                var next = CelerityJson.Read<ActionStep>(await context.CallActivityAsync<string>(FunctionNames.DeadLetterStep, id, Retry).ConfigureAwait(true));
                if (next.IsOver)
                {
                    return;
                }

                if (next.Wait > TimeSpan.Zero)
                {
                    await context.CreateTimer(next.Wait, CancellationToken.None).ConfigureAwait(true);
                }
            }
        }
        catch (TaskFailedException)
        {
            // The storage is down: what was asked for goes on once it is back.
            await context.CreateTimer(FaultDelay, CancellationToken.None).ConfigureAwait(true);
        }

        context.ContinueAsNew(id);
    }

    /// <summary>Makes one step of an action.</summary>
    [Function(FunctionNames.DeadLetterStep)]
    public static async Task<string> StepAsync([ActivityTrigger] string id, FunctionContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        return CelerityJson.Write(await context.InstanceServices.GetRequiredService<ActionRunner>().StepAsync(id, context.CancellationToken).ConfigureAwait(false));
    }
}
