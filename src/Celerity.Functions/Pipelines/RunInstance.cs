using System.Globalization;
using System.Runtime.CompilerServices;
using Celerity.Compositions;
using Celerity.Runs;
using Celerity.Stages;
using Microsoft.DurableTask;

namespace Celerity.Functions.Pipelines;

/// <summary>The orchestration instances of a run: <c>{run}.g{n}</c>, its pipeline <c>.p</c>, its stages <c>.s{k}</c>, what else it awaits <c>.t{k}</c>.</summary>
internal static class RunInstance
{
    private const string PipelineSuffix = ".p";

    private static readonly ConditionalWeakTable<TaskOrchestrationContext, Counters> Begun = [];

    public static string Of(string run, int generation) => string.Create(CultureInfo.InvariantCulture, $"{run}.g{generation}");

    public static string PipelineOf(string run, int generation) => Of(run, generation) + PipelineSuffix;

    /// <summary>Numbers the pipeline's stages in the order in which it starts them: the same at every replay, which has a context of its own.</summary>
    /// <exception cref="CelerityException">CEL0319: the orchestration was not started as a pipeline's run.</exception>
    public static StageKey NextStage(TaskOrchestrationContext context)
    {
        var (run, generation) = Of(context);
        return new StageKey(run, generation, ++Begun.GetOrCreateValue(context).Stages);
    }

    /// <summary>Numbers in the same way what else the pipeline awaits.</summary>
    /// <exception cref="CelerityException">CEL0319: the orchestration was not started as a pipeline's run.</exception>
    public static AwaitKey NextAwait(TaskOrchestrationContext context)
    {
        var (run, generation) = Of(context);
        var begun = Begun.GetOrCreateValue(context);
        return new AwaitKey(run, generation, ++begun.Awaits, begun.Stages);
    }

    /// <summary>The run that a pipeline's orchestration is of.</summary>
    /// <exception cref="CelerityException">CEL0319: it was not started as a pipeline's run.</exception>
    public static (string Run, int Generation) Of(TaskOrchestrationContext context)
    {
        var id = context.InstanceId;
        var mark = id.LastIndexOf(".g", StringComparison.Ordinal);
        return mark >= 0 && RunKey.IsId(id[..mark]) && id.EndsWith(PipelineSuffix, StringComparison.Ordinal)
            && int.TryParse(id.AsSpan(mark + 2, id.Length - mark - 2 - PipelineSuffix.Length), NumberStyles.None, CultureInfo.InvariantCulture, out var generation)
            ? (id[..mark], generation)
            : throw new CelerityException(
                ErrorCodes.NotARun,
                $"The orchestration '{id}' has no run. Mark its function with [Pipeline(\"name\")] and start it by POST /api/pipelines/name.");
    }

    private sealed class Counters
    {
        public int Stages { get; set; }

        public int Awaits { get; set; }
    }
}
