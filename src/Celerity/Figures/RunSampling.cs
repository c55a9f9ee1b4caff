using Celerity.Controls;
using Celerity.Runs;
using Celerity.Runs.Purging;
using Celerity.Stages.Watching;
using Celerity.Storage;
using Microsoft.Extensions.Options;

namespace Celerity.Figures;

/// <summary>Counts runs that have not ended, and finds those that stand still.</summary>
/// <remarks>A request for each thousand rows of runs and stages, 2 at most; of the 20 oldest that have not ended two more each.</remarks>
internal sealed class RunSampling(RunStore runs, ControlBoard board, ITableStore tables, IOptions<RunOptions> options, TimeProvider time)
{
    /// <summary>How many rows are looked at, the newest first.</summary>
    public const int MaxRows = 2000;

    /// <summary>How many runs are looked at one by one.</summary>
    public const int MaxLooks = 20;

    public async ValueTask<(IReadOnlyList<RunFigure> Runs, IReadOnlyList<StalledRunFigure> Stalled)> LookAsync(CancellationToken cancellationToken)
    {
        var active = await runs.ListActiveAsync(MaxRows, cancellationToken).ConfigureAwait(false);
        var stalled = new List<StalledRunFigure>();
        if (active.Count > 0)
        {
            var controls = await board.GetAsync(cancellationToken).ConfigureAwait(false);

            // While chunks are paused no run is to be blamed.
            var canMove = controls.Find(ControlKind.PauseQueue, StorageNames.ChunksQueue) is null;
            foreach (var run in active.AsEnumerable().Reverse().Where(run => canMove && IsToMove(run.With(controls))).Take(MaxLooks))
            {
                if (await FindStandstillAsync(run, cancellationToken).ConfigureAwait(false) is { } since
                    && time.GetUtcNow() - since is var still && still >= options.Value.StalledAfter)
                {
                    stalled.Add(new StalledRunFigure(run.Id, run.Pipeline, still.TotalSeconds));
                }
            }
        }

        return (
            [
                .. active.GroupBy(run => run.Pipeline, StringComparer.Ordinal).OrderBy(pipeline => pipeline.Key, StringComparer.Ordinal)
                    .Select(pipeline => new RunFigure(pipeline.Key, pipeline.Count(), stalled.Count(run => run.Pipeline == pipeline.Key))),
            ],
            stalled);
    }

    private static bool IsToMove(RunSummary run) => run.State is RunState.Pending or RunState.Running;

    // Since when nothing has moved; null where it does not stand still, such as between stages, where it may wait for people.
    private async ValueTask<DateTimeOffset?> FindStandstillAsync(RunSummary run, CancellationToken cancellationToken)
    {
        var found = await runs.FindWithStagesAsync(run.Id, cancellationToken).ConfigureAwait(false);
        if (found is { Run.State: RunState.Pending })
        {
            return found.Generations is [.., var last] && last.Number == found.Run.Generation ? last.At : found.Run.CreatedAt;
        }

        if (found is not { Run.State: RunState.Running } || found.Current.MaxBy(stage => stage.Key.Stage) is not { } stage)
        {
            return null;
        }

        var samples = await StageSamples.ReadAsync(tables, stage.Key, cancellationToken).ConfigureAwait(false);
        return samples.EndedAt is not null ? null : samples.MovedAt ?? stage.PlannedAt;
    }
}
