using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask;

namespace Celerity.Functions.Tests.Pipelines.Scale;

/// <summary>A pipeline of one stage, which is started by its name.</summary>
public static class ScalePipeline
{
    internal const string Source = "scale";

    /// <summary>Returns how many records there were.</summary>
    [Function(nameof(ScalePipeline))]
    public static async Task<long> RunAsync([OrchestrationTrigger] TaskOrchestrationContext context, string chunks)
    {
        var source = new DatasetSource { ChunkSource = Source, Parameters = chunks };
        return (await context.RunStageAsync<ScaleStage, long>(source)).Result;
    }
}
