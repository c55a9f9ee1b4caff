using Celerity.Stages;
using Microsoft.AspNetCore.Http;

namespace Celerity.Functions.Http;

/// <summary>Adds to a run's stages where to read what they wrote and rejected, where that is anything.</summary>
internal static class StageLinks
{
    public static RunView With(RunView run, HttpRequest request, StageRegistry stages) => run with
    {
        Stages = [.. run.Stages.Select(stage => stage with
        {
            OutputUrl = stages.Find(stage.Name)?.Form is not null && stage.Progress.ChunksDone == stage.Progress.ChunksTotal ? UrlOf(request, run, stage, "output") : null,
            RejectsUrl = stage.Progress.RecordsRejected > 0 ? UrlOf(request, run, stage, "rejects") : null,
        })],
    };

    private static string UrlOf(HttpRequest request, RunView run, RunStageView stage, string what) => ApiUrl.Of(request, $"runs/{run.Id}/stages/{stage.Stage}/{what}");
}
