using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask;

namespace Celerity.FragileApp;

/// <summary>A pipeline of two stages, of which the second reads what the first has written, and a merged file.</summary>
public static class FragileStages
{
    // Of the values that the second stage adds up: other chunks than those of the first.
    private const int ChunkSize = 6;

    /// <summary>Runs the pipeline.</summary>
    [Function(nameof(FragileStages))]
    [Pipeline("fragile-stages", FirstStage = typeof(FragileCopy))]
    public static async Task<FragileFile> RunAsync([OrchestrationTrigger] TaskOrchestrationContext context, FragileRequest request)
    {
        ArgumentNullException.ThrowIfNull(request);
        var copied = await context.RunStageAsync<FragileCopy>(request.Source, request.Tolerance);
        var added = await context.RunStageAsync<FragileSum, FragileReport>(copied.Output with { ChunkSize = ChunkSize });
        var file = await context.MergeAsync(copied.Output, request.Source.Container, $"{context.GetRunId()}.csv");
        return new FragileFile(added.Result, file.Records, file.Bytes);
    }
}

/// <summary>What it comes to.</summary>
/// <param name="Report">The sums.</param>
/// <param name="Records">How many records the merged file has.</param>
/// <param name="Bytes">How long it is.</param>
public sealed record FragileFile(FragileReport Report, long Records, long Bytes);
