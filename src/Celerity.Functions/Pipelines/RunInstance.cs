using System.Globalization;
using System.Runtime.CompilerServices;
using Celerity.Runs;
using Celerity.Stages;
using Microsoft.DurableTask;

namespace Celerity.Functions.Pipelines;

/// <summary>The orchestration instances of a run: <c>{run}.g{n}</c>, its pipeline <c>.p</c>, its stages <c>.s{k}</c>.</summary>
internal static class RunInstance
{
    private const string PipelineSuffix = ".p";

    private static readonly ConditionalWeakTable<TaskOrchestrationContext, StrongBox<int>> Stages = [];

    public static string Of(string run, int generation) => string.Create(CultureInfo.InvariantCulture, $"{run}.g{generation}");

    public static string PipelineOf(string run, int generation) => Of(run, generation) + PipelineSuffix;

    /// <summary>Numbers the pipeline's stages in the order in which it starts them: the same at every replay, which has a context of its own.</summary>
    /// <exception cref="CelerityException">CEL0319: the orchestration was not started as a pipeline's run.</exception>
    public static StageKey NextStage(TaskOrchestrationContext context)
    {
        var (run, generation) = Of(context);
        var number = Stages.GetOrCreateValue(context);
        return new StageKey(run, generation, ++number.Value);
    }

    /// <summary>The run that a pipeline's orchestration is of.</summary>
    /// <exception cref="CelerityException">CEL0319: it was not started as a pipeline's run.</exception>
    public static (string Run, int Generation) Of(TaskOrchestrationContext context)
    {
        var id = context.InstanceId;
        var mark = id.LastIndexOf(".g", StringComparison.Ordinal);
        if (mark < 0 || !RunKey.IsId(id[..mark]) || !id.EndsWith(PipelineSuffix, StringComparison.Ordinal)
            || !int.TryParse(id.AsSpan(mark + 2, id.Length - mark - 2 - PipelineSuffix.Length), NumberStyles.None, CultureInfo.InvariantCulture, out var generation))
        {
            throw new CelerityException(
                ErrorCodes.NotARun,
                $"The orchestration '{id}' has no run. Mark its function with [Pipeline(\"name\")] and start it by POST /api/pipelines/name.");
        }

        return (id[..mark], generation);
    }
}
