using System.Text.Json;
using Celerity.Controls;
using Celerity.Stages.Ledger;
using Celerity.Storage;

namespace Celerity.Runs;

/// <summary>Puts together what a run's status URL shows: one read for the rows, and per stage one for full pages and one for each page in work.</summary>
internal sealed class RunViews(RunStore runs, StageLedger ledger, IBlobStore blobs, ControlBoard board)
{
    private const int MaxFailures = 20;

    public async ValueTask<RunView?> FindAsync(string id, CancellationToken cancellationToken)
    {
        if (await runs.FindWithStagesAsync(id, cancellationToken).ConfigureAwait(false) is not { } found)
        {
            return null;
        }

        var run = found.Run;
        var failures = new List<FailureView>();
        if (run.ErrorCode is { } code)
        {
            failures.Add(new FailureView(code, run.ErrorMessage ?? ""));
        }

        var stages = new List<StageView>();
        foreach (var stage in found.Current)
        {
            stages.Add(await ViewAsync(stage, failures, cancellationToken).ConfigureAwait(false));
        }

        var controls = await board.GetAsync(cancellationToken).ConfigureAwait(false);
        var suspension = run.State.IsEnd() ? null : controls.FindSuspension(run.Id, run.Generation);
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
            Generations = [.. found.Generations.Select(GenerationView.Of)],
            Progress = stages.Aggregate(ProgressView.None, (sum, stage) => sum + stage.Progress),
            Stages = stages,
            Failures = failures,
            Result = run.ResultBlob is null ? null : await ReadResultAsync(run.ResultBlob, cancellationToken).ConfigureAwait(false),
        };
    }

    private async ValueTask<StageView> ViewAsync(StageRecord stage, List<FailureView> failures, CancellationToken cancellationToken)
    {
        var full = await ledger.ReadRootAsync(stage.Key, cancellationToken).ConfigureAwait(false);
        var count = full.Values.Aggregate(default(LedgerCount), (sum, page) => sum + page.Count);
        for (var page = 0; page < stage.Layout.PageCount; page++)
        {
            if (full.TryGetValue(page, out var known) && known.Count.Dead == 0)
            {
                continue;
            }

            var (first, chunks) = stage.Layout.ChunksOfPage(page);
            var key = full.ContainsKey(page) ? stage.Key with { Generation = known.Generation } : stage.Key;
            var ends = await ledger.FindAsync(key, stage.Layout, first, first + chunks - 1, cancellationToken).ConfigureAwait(false);
            failures.AddRange(ends.Where(end => end.IsDead).Take(MaxFailures - failures.Count)
                .Select(end => new FailureView(null, end.Reason ?? "", stage.Key.Stage, end.Chunk, end.Category)));
            if (full.ContainsKey(page))
            {
                continue;
            }

            count = ends.Aggregate(count, (sum, end) => sum.Add(end));
            if (ends.Count == 0 && stage.Slices is null)
            {
                // Slices are let through in order: behind a page without a row there is none worth a request.
                break;
            }
        }

        return new StageView(stage.Key.Generation, stage.Key.Stage, stage.Name, new ProgressView(
            count.Chunks, stage.Layout.ChunkCount, count.Dead, count.Records, stage.Records, count.Rejected));
    }

    private async ValueTask<JsonElement> ReadResultAsync(string name, CancellationToken cancellationToken)
    {
        var stream = await blobs.OpenReadAsync(StorageNames.ResultsContainer, name, 0, null, null, cancellationToken).ConfigureAwait(false);
        await using (stream.ConfigureAwait(false))
        {
            return await JsonSerializer.DeserializeAsync<JsonElement>(stream, cancellationToken: cancellationToken).ConfigureAwait(false);
        }
    }
}
