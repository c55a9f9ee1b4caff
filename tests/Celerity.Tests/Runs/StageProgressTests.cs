using Celerity.Runs;
using Celerity.Stages;
using Celerity.Stages.Ledger;
using Celerity.TestKit.Faults;
using Celerity.Tests.Stages;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Celerity.Tests.Runs;

/// <summary>What a run's view tells of how fast its stages are, at how many requests.</summary>
public sealed class StageProgressTests
{
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    [Fact]
    public async Task View_OfAStageAtWork_TellsRatesTimeLeftAndTheOldestChunk()
    {
        var stage = new LimitedStage(60, new StageOptions { ChunksPerSlice = 1, ChunksPerPage = 32, MaxInFlightChunks = 10 });
        var start = stage.Simulation.Time.GetUtcNow();
        await stage.BeginAsync();
        Assert.Equal((start, null, null, null), Facts(await ViewAsync(stage)));

        // 6 chunks in a minute, then 12 in the next.
        await stage.DeliverAsync(6);
        stage.Simulation.Time.Advance(Minute);
        await stage.WatchAsync();
        await stage.DeliverAsync(12);
        stage.Simulation.Time.Advance(Minute);

        var view = await ViewAsync(stage);
        Assert.Equal((18, 60, 18), (view.Progress.ChunksDone, view.Progress.ChunksTotal, view.Progress.RecordsDone));
        Assert.Equal(new StageRateView(0.2, 0.2), view.LastMinute);
        Assert.Equal(new StageRateView(0.15, 0.15), view.Overall);
        Assert.Equal(210, view.SecondsLeft);

        // The oldest that the watch saw has ended since.
        Assert.Null(view.Oldest);
        await stage.WatchAsync();
        Assert.Equal(new OldestChunkView(await FirstOpenAsync(stage), start + (2 * Minute)), (await ViewAsync(stage)).Oldest);

        await stage.Simulation.Worker().GetRequiredService<IRunControl>().SuspendAsync(stage.Simulation.Key.Run, LimitedStage.Note);
        Assert.Null((await ViewAsync(stage)).SecondsLeft);
    }

    [Fact]
    public async Task View_OfAStageThatHasEnded_TellsWhenAndHowFastItWas()
    {
        var stage = new LimitedStage(60);
        var start = stage.Simulation.Time.GetUtcNow();
        await stage.BeginAsync();
        stage.Simulation.Time.Advance(Minute);
        await stage.EndAsync();
        stage.Simulation.Time.Advance(60 * Minute);

        var view = await ViewAsync(stage);

        Assert.Equal((start, start + Minute, null, null), Facts(view));
        Assert.Equal((new StageRateView(1, 1), null), (view.Overall, view.LastMinute));
    }

    [Fact]
    public async Task View_OfARestart_CountsWhatWasTakenOverForNoRate()
    {
        var bench = await GenerationBench.WithFailuresAsync();
        await bench.Stage.RestartAsync(bench.Worker, RunRestart.Failed);
        await bench.PlanAndDrainAsync();
        bench.Stage.Time.Advance(Minute);

        var view = (await bench.Stage.Worker().GetRequiredService<RunViews>().FindAsync(bench.Stage.Key.Run, CancellationToken.None))!.Stages.Single();

        // Two chunks of 20 in more than a minute; a page with one of them is full, and counts whole: 6 + 6.
        Assert.Equal(20, view.Progress.ChunksDone);
        Assert.InRange(view.Overall!.ChunksPerSecond * (bench.Stage.Time.GetUtcNow() - view.StartedAt!.Value).TotalSeconds, 2, 12.1);
    }

    [Fact]
    public async Task View_OfAStageWithAFailureInEveryPage_TakesABoundedNumberOfRequests()
    {
        var stage = new LimitedStage(600, new StageOptions { ChunksPerSlice = 1, ChunksPerPage = 6, MaxInFlightChunks = 600 }) { OnStart = number => _ = number % 6 == 1 ? throw new ArgumentException("bad") : 0 };
        await stage.BeginAsync();
        await stage.DeliverAsync();
        var calls = new FaultPlan();

        var view = (await stage.Simulation.Worker(calls).GetRequiredService<RunViews>().FindAsync(stage.Simulation.Key.Run, CancellationToken.None))!;

        Assert.Equal((600, 100, 20), (view.Progress.ChunksDone, view.Progress.ChunksFailed, view.Failures.Count));

        // The run's rows, the board, the root, the samples, and a page for each failure.
        Assert.Equal(24, calls.Calls.Count);
    }

    private static (DateTimeOffset? Started, DateTimeOffset? Ended, double? Left, OldestChunkView? Oldest) Facts(RunStageView view) =>
        (view.StartedAt, view.EndedAt, view.SecondsLeft, view.Oldest);

    // The first slices are sent side by side, so which of those behind them have ended is left to chance.
    private static async Task<int> FirstOpenAsync(LimitedStage stage)
    {
        var ledger = stage.Simulation.Worker().GetRequiredService<StageLedger>();
        var ended = await ledger.FindAsync(stage.Simulation.Key, stage.Simulation.Plan!.Layout, 0, 31, CancellationToken.None);
        return Enumerable.Range(0, 32).Except(ended.Select(end => end.Chunk)).First();
    }

    private static async Task<RunStageView> ViewAsync(LimitedStage stage) =>
        (await stage.Simulation.Worker().GetRequiredService<RunViews>().FindAsync(stage.Simulation.Key.Run, CancellationToken.None))!.Stages.Single();
}
