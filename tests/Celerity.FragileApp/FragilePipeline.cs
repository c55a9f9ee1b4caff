using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask;

namespace Celerity.FragileApp;

/// <summary>A pipeline of one stage, in which everything happens that can happen to a chunk.</summary>
public static class FragilePipeline
{
    /// <summary>Runs the pipeline.</summary>
    [Function(nameof(Fragile))]
    [Pipeline("fragile", FirstStage = typeof(FragileSum))]
    public static async Task<FragileReport> Fragile([OrchestrationTrigger] TaskOrchestrationContext context, FragileRequest request)
    {
        ArgumentNullException.ThrowIfNull(request);
        return (await context.RunStageAsync<FragileSum, FragileReport>(request.Source, request.Tolerance)).Result;
    }
}

/// <summary>What <c>POST /api/pipelines/fragile</c> takes.</summary>
/// <param name="Source">Records with the columns value and note.</param>
/// <param name="Tolerance">How much may go wrong.</param>
public sealed record FragileRequest(DatasetSource Source, Tolerance Tolerance) : IDatasetRequest;
