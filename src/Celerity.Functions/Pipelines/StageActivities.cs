using Celerity.Stages;
using Celerity.Stages.Combining;
using Celerity.Stages.Outputs;
using Celerity.Stages.Planning;
using Celerity.Stages.Slices;
using Celerity.Stages.Watching;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.DependencyInjection;

namespace Celerity.Functions.Pipelines;

/// <summary>The activities of a stage. Each may run twice: they write the same things again. Requests and steps travel as JSON texts.</summary>
public static class StageActivities
{
    /// <summary>Plans the next part of a dataset.</summary>
    [Function(FunctionNames.PlanStage)]
    public static async Task<string> PlanAsync([ActivityTrigger] string request, FunctionContext context)
    {
        var plan = CelerityJson.Read<PlanRequest>(request);
        return CelerityJson.Write(await AskAsync(context, plan.Key).ConfigureAwait(false) switch
        {
            StepTurn.Held => new PlanStep { IsHeld = true },
            StepTurn.Closed => new PlanStep { Fault = StageFault.Cancelled },
            _ => await Get<StagePlanner>(context).StepAsync(plan, context.CancellationToken).ConfigureAwait(false),
        });
    }

    /// <summary>Publishes the first window of slices.</summary>
    [Function(FunctionNames.PublishStage)]
    public static async Task<string> PublishAsync([ActivityTrigger] string request, FunctionContext context)
    {
        var plan = CelerityJson.Read<StagePlan>(request);
        var turn = await AskAsync(context, plan.Key).ConfigureAwait(false);
        if (turn == StepTurn.Go)
        {
            await Get<SlicePublisher>(context).PublishWindowAsync(plan, context.CancellationToken).ConfigureAwait(false);
        }

        return CelerityJson.Write(new PublishStep(turn == StepTurn.Closed ? StageFault.Cancelled : null, turn == StepTurn.Held));
    }

    /// <summary>Looks at the ledger, and after slices that do not end.</summary>
    [Function(FunctionNames.WatchStage)]
    public static async Task<string> WatchAsync([ActivityTrigger] string request, FunctionContext context)
    {
        var step = await Get<StageWatch>(context)
            .StepAsync(CelerityJson.Read<WatchRequest>(request), context.CancellationToken).ConfigureAwait(false);
        return CelerityJson.Write(step);
    }

    /// <summary>Joins the next part of the partial results.</summary>
    [Function(FunctionNames.CombineStage)]
    public static async Task<string> CombineAsync([ActivityTrigger] string request, FunctionContext context)
    {
        var combining = CelerityJson.Read<CombineRequest>(request);
        return CelerityJson.Write(await AskAsync(context, combining.Plan.Key).ConfigureAwait(false) switch
        {
            StepTurn.Held => new CombineStep { IsHeld = true },
            StepTurn.Closed => new CombineStep { Fault = StageFault.Cancelled },
            _ => await Get<StageCombiner>(context).StepAsync(combining, context.CancellationToken).ConfigureAwait(false),
        });
    }

    /// <summary>Lists the next part of what the stage wrote.</summary>
    [Function(FunctionNames.ListOutput)]
    public static async Task<string> ListAsync([ActivityTrigger] string request, FunctionContext context)
    {
        var step = await Get<OutputLister>(context)
            .StepAsync(CelerityJson.Read<ListRequest>(request), context.CancellationToken).ConfigureAwait(false);
        return CelerityJson.Write(step);
    }

    private static ValueTask<StepTurn> AskAsync(FunctionContext context, StageKey key) => Get<StepGate>(context).AskAsync(key, context.CancellationToken);

    // Static methods that ask for their services: the engine's types are internal, and a public constructor may not name them.
    private static T Get<T>(FunctionContext context)
        where T : notnull => context.InstanceServices.GetRequiredService<T>();
}
