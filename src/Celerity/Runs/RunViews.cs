using System.Text.Json;
using Celerity.Controls;
using Celerity.Storage;

namespace Celerity.Runs;

/// <summary>Puts together what a run's status URL shows: one read for the rows, what <see cref="StageViews"/> takes for each stage, and one for the result.</summary>
internal sealed class RunViews(RunStore runs, StageViews stageViews, IBlobStore blobs, ControlBoard board)
{
    public async ValueTask<RunView?> FindAsync(string id, CancellationToken cancellationToken)
    {
        if (await runs.FindWithStagesAsync(id, cancellationToken).ConfigureAwait(false) is not { } found)
        {
            return null;
        }

        var run = found.Run;
        var failures = new List<RunFailureView>();
        if (run.ErrorCode is { } code)
        {
            failures.Add(new RunFailureView(code, run.ErrorMessage ?? ""));
        }

        var controls = await board.GetAsync(cancellationToken).ConfigureAwait(false);
        var suspension = run.State.IsEnd() ? null : controls.FindSuspension(run.Id, run.Generation);
        var stages = new List<RunStageView>();
        foreach (var stage in found.Current)
        {
            stages.Add(await stageViews.ViewAsync(stage, suspension is not null, failures, cancellationToken).ConfigureAwait(false));
        }

        return new RunView
        {
            Id = run.Id,
            Pipeline = run.Pipeline,
            State = run.State.With(suspension),
            SuspendedAt = suspension?.At,
            Generation = run.Generation,
            Tags = run.Tags,
            CreatedAt = run.CreatedAt,
            CloneOf = run.CloneOf,
            Deadline = run.Deadline,
            StartedAt = run.StartedAt,
            EndedAt = run.EndedAt,
            Generations = [.. found.Generations.Select(ViewOf)],
            Progress = stages.Aggregate(RunProgressSums.None, (sum, stage) => sum.Plus(stage.Progress)),
            Stages = stages,
            Failures = failures,
            Request = run.State == RunState.Purging ? null : JsonElement.Parse(run.Request),
            Result = run.ResultBlob is null || run.State == RunState.Purging ? null : await ReadResultAsync(run.ResultBlob, cancellationToken).ConfigureAwait(false),
        };
    }

    private async ValueTask<JsonElement> ReadResultAsync(string name, CancellationToken cancellationToken)
    {
        var stream = await blobs.OpenReadAsync(StorageNames.ResultsContainer, name, 0, null, null, cancellationToken).ConfigureAwait(false);
        await using (stream.ConfigureAwait(false))
        {
            return await JsonSerializer.DeserializeAsync<JsonElement>(stream, cancellationToken: cancellationToken).ConfigureAwait(false);
        }
    }

    private static RunGenerationView ViewOf(RunGeneration generation) => new(
        generation.Number,
        generation.Restart.Kind,
        generation.Restart.Kind == RestartKind.Failed ? null : generation.Restart.Stage,
        generation.Restart.Kind == RestartKind.Chunk ? generation.Restart.Chunk : null,
        generation.Who,
        generation.Why,
        generation.At,
        generation.Before,
        generation.BeforeErrorCode);
}
