using Celerity.Figures;
using Celerity.Runs;
using Celerity.Runs.Purging;
using Celerity.Stages.Watching;
using Celerity.TestKit.Faults;
using Celerity.Tests.Stages;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Xunit;

namespace Celerity.Tests.Figures;

/// <summary>Which runs are going on, and which stand still.</summary>
public sealed class RunSamplingTests
{
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    [Fact]
    public async Task Run_WhoseChunksDoNotEnd_StandsStill_UntilOneDoes()
    {
        var stage = new LimitedStage(60);
        await stage.BeginAsync();
        await WatchAsync(stage, 14);
        Assert.Equal("p 1 0", Assert.Single(await LookAsync(stage)));

        await WatchAsync(stage, 1);
        Assert.Equal(["p 1 1", $"{stage.Simulation.Key.Run} p 00:15:00"], await LookAsync(stage));

        await stage.DeliverAsync(1);
        await WatchAsync(stage, 1);
        Assert.Equal("p 1 0", Assert.Single(await LookAsync(stage)));
    }

    [Fact]
    public async Task Run_ThatNobodyWatches_StandsStill()
    {
        var stage = new LimitedStage(60);
        await stage.BeginAsync();
        stage.Simulation.Time.Advance(20 * Minute);

        Assert.Equal(["p 1 1", $"{stage.Simulation.Key.Run} p 00:20:00"], await LookAsync(stage));
    }

    [Fact]
    public async Task Run_ThatIsHeld_DoesNotStandStill()
    {
        var stage = new LimitedStage(60);
        await stage.BeginAsync();
        stage.Simulation.Time.Advance(20 * Minute);

        await stage.Control.PauseQueueAsync("celerity-chunks", LimitedStage.Note);
        Assert.Equal("p 1 0", Assert.Single(await LookAsync(stage)));
        await stage.Control.ResumeQueueAsync("celerity-chunks", LimitedStage.Note);
        await stage.Worker.GetRequiredService<IRunControl>().SuspendAsync(stage.Simulation.Key.Run, LimitedStage.Note);
        Assert.Equal("p 1 0", Assert.Single(await LookAsync(stage)));
    }

    [Fact]
    public async Task Run_BetweenStages_DoesNotStandStill_AndOneThatHasEndedIsNotTold()
    {
        var stage = new LimitedStage(6);
        await stage.BeginAsync();
        await stage.EndAsync();
        await stage.WatchAsync();
        stage.Simulation.Time.Advance(20 * Minute);
        Assert.Equal("p 1 0", Assert.Single(await LookAsync(stage)));

        await stage.Simulation.EndAsync(stage.Worker);
        Assert.Empty(await LookAsync(stage));
    }

    [Fact]
    public async Task Run_WhoseOrchestrationDoesNotBegin_StandsStill()
    {
        var stage = new LimitedStage(6);
        var id = RunKey.NewId(stage.Simulation.Time);
        await stage.Worker.GetRequiredService<RunStore>().TryInsertAsync(
            new RunRecord { Id = id, Pipeline = "other", State = RunState.Pending, Request = "null", CreatedAt = stage.Simulation.Time.GetUtcNow() }, CancellationToken.None);
        stage.Simulation.Time.Advance(15 * Minute);

        Assert.Equal(["other 1 1", "p 1 0", $"{id} other 00:15:00"], await LookAsync(stage));
    }

    [Fact]
    public async Task Look_WhateverThereIs_TakesABoundedNumberOfRequests()
    {
        var stage = new LimitedStage(6);
        for (var number = 0; number < 60; number++)
        {
            await stage.Worker.GetRequiredService<RunStore>().TryInsertAsync(
                new RunRecord { Id = RunKey.NewId(stage.Simulation.Time), Pipeline = "p", State = RunState.Running, Request = "null", CreatedAt = stage.Simulation.Time.GetUtcNow() },
                CancellationToken.None);
        }

        var calls = new FaultPlan();
        await SamplingOf(stage.Simulation.Worker(calls)).LookAsync(CancellationToken.None);

        // One for the list, one for the board, and of each of 20 runs its rows.
        Assert.Equal(22, calls.Calls.Count);
    }

    [Fact]
    public void Samples_ThatNobodyTookForLong_GiveTimeAnew()
    {
        var at = new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);
        var samples = StageSamples.None.With(new StageSample(at, 5, 5)).With(new StageSample(at + Minute, 5, 5));
        Assert.Equal(at, samples.MovedAt);

        Assert.Equal(at + (12 * Minute), samples.With(new StageSample(at + (12 * Minute), 5, 5)).MovedAt);
        Assert.Equal(at + (2 * Minute), samples.With(new StageSample(at + (2 * Minute), 6, 6)).MovedAt);
    }

    private static async Task WatchAsync(LimitedStage stage, int minutes)
    {
        for (var minute = 0; minute < minutes; minute++)
        {
            await stage.WatchAsync();
            stage.Simulation.Time.Advance(Minute);
        }

        await stage.WatchAsync();
    }

    private static async Task<List<string>> LookAsync(LimitedStage stage)
    {
        var (runs, stalled) = await SamplingOf(stage.Simulation.Worker()).LookAsync(CancellationToken.None);
        return
        [
            .. runs.Select(run => $"{run.Pipeline} {run.Active} {run.Stalled}"),
            .. stalled.Select(run => $"{run.Run} {run.Pipeline} {TimeSpan.FromSeconds(run.Seconds)}"),
        ];
    }

    private static RunSampling SamplingOf(IServiceProvider worker) => ActivatorUtilities.CreateInstance<RunSampling>(worker, Options.Create(new RunOptions()));
}
