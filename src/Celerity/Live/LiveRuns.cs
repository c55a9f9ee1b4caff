using Celerity.Controls;
using Celerity.Runs;
using Celerity.Stages;

namespace Celerity.Live;

/// <summary>Shows how far the runs are that go on: of the 50 newest of the last day, the five newest that have not ended.</summary>
/// <remarks>One request for the list, and of each run one for its rows and what <see cref="StageViews"/> takes for each of its stages that has not ended.</remarks>
internal sealed class LiveRuns(RunStore runs, StageViews stages, ControlBoard board, TimeProvider time)
{
    private const int MaxListed = 50;
    private const int MaxShown = 5;
    private const int MaxKnown = 1000;

    private readonly Dictionary<StageKey, RunProgressView> _ended = [];

    /// <summary>Looks; one look at a time.</summary>
    public async Task<IReadOnlyList<LiveRun>> LookAsync()
    {
        var controls = await board.GetAsync(CancellationToken.None).ConfigureAwait(false);
        var recent = await runs.ListAsync(new RunFilter { Since = time.GetUtcNow() - TimeSpan.FromDays(1) }, after: null, MaxListed, CancellationToken.None, controls).ConfigureAwait(false);
        var shown = new List<LiveRun>();
        foreach (var run in recent.Runs.Where(run => !run.State.IsEnd()).Take(MaxShown))
        {
            if (await runs.FindWithStagesAsync(run.Id, CancellationToken.None).ConfigureAwait(false) is not { } found)
            {
                continue;
            }

            var progress = RunProgressSums.None;
            foreach (var stage in found.Current)
            {
                progress = progress.Plus(await ProgressOfAsync(stage).ConfigureAwait(false));
            }

            shown.Add(new LiveRun(run.Id, run.Pipeline, run.State, progress.ChunksDone, progress.ChunksTotal, progress.RecordsDone));
        }

        return shown;
    }

    private async ValueTask<RunProgressView> ProgressOfAsync(StageRecord stage)
    {
        if (_ended.TryGetValue(stage.Key, out var known))
        {
            return known;
        }

        var view = await stages.ViewAsync(stage, isSuspended: false, [], CancellationToken.None).ConfigureAwait(false);
        if (view.Progress.ChunksDone == view.Progress.ChunksTotal)
        {
            if (_ended.Count == MaxKnown)
            {
                _ended.Clear();
            }

            _ended[stage.Key] = view.Progress;
        }

        return view.Progress;
    }
}
