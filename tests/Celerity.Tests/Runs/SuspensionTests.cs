using Celerity.Controls;
using Celerity.Runs;
using Celerity.Stages;
using Celerity.Storage;
using Celerity.Tests.DeadLetters;
using Celerity.Tests.Stages;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Celerity.Tests.Runs;

/// <summary>A run that is suspended: what comes of it is held at no attempt, nothing is given up, and all of it runs once it is resumed.</summary>
public sealed class SuspensionTests
{
    private static readonly TimeSpan Hour = TimeSpan.FromHours(1);

    [Fact]
    public async Task Suspended_LongerThanTheWatchHasPatience_HoldsAtNoAttemptAndLosesNothing()
    {
        var stage = new LimitedStage(60, Impatient());
        await stage.BeginAsync();
        await stage.WatchAsync();
        Assert.True(await Runs(stage).SuspendAsync(RunOf(stage), LimitedStage.Note));

        await stage.PassAsync(2 * Hour);
        var (started, held, sent) = (stage.Starts.Count, stage.HeldCount, stage.Simulation.Storage.Queues.SentCount);
        Assert.True(await Runs(stage).ResumeAsync(RunOf(stage), LimitedStage.Note));
        await stage.WatchAsync();
        var end = await stage.EndAsync();

        Assert.Equal((0, 2, 4), (started, held, sent));
        stage.AssertWhole(end);
        Assert.Equal(60, stage.Starts.Count);

        // 20 slices, two of them held and moved back. Each was sent once, for the watch has counted no time.
        Assert.Equal(24, stage.Simulation.Storage.Queues.SentCount);
    }

    [Fact]
    public async Task Suspended_WhileASliceRuns_LetsTheChunkEndAndHoldsTheRest()
    {
        var stage = new LimitedStage(9);
        await stage.BeginAsync();
        stage.OnStart = _ =>
        {
            // The board is read again every three seconds.
            stage.Simulation.Time.Advance(TimeSpan.FromSeconds(5));
            if (stage.Starts.Count == 2)
            {
                Runs(stage).SuspendAsync(RunOf(stage), LimitedStage.Note).GetAwaiter().GetResult();
            }
        };

        await stage.DeliverAsync();

        // Of whichever slice came first.
        Assert.Equal([stage.Starts[0].Number, stage.Starts[0].Number + 1], stage.Starts.Select(start => start.Number));
        Assert.Equal((0, 2), (stage.Waiting, stage.HeldCount));
        stage.OnStart = null;
        await Runs(stage).ResumeAsync(RunOf(stage), LimitedStage.Note);
        stage.AssertWhole(await stage.EndAsync());
        Assert.Equal(9, stage.Starts.Count);
    }

    [Fact]
    public async Task Suspend_Repeated_SaysSo_AndIsAuditedOnce()
    {
        var stage = new LimitedStage(3);
        var (runs, run) = (Runs(stage), RunOf(stage));

        Assert.True(await runs.SuspendAsync(run, new ActionNote("ada", "the disk is full")));
        Assert.False(await runs.SuspendAsync(run, LimitedStage.Note));
        Assert.Equal((run, "ada"), (await stage.Control.ListPausesAsync()).Select(pause => (pause.Run!, pause.Who)).Single());
        Assert.True(await runs.ResumeAsync(run, LimitedStage.Note));
        Assert.False(await runs.ResumeAsync(run, LimitedStage.Note));

        Assert.Empty(await stage.Control.ListPausesAsync());
        var audit = (await stage.Control.ListAuditAsync()).Records.Select(record => (record.Who, record.What, record.Target, record.Why));
        Assert.Equal([("ada", "runs.suspend", run, "the disk is full"), ("ann", "runs.resume", run, "a test")], audit.OrderBy(record => record.Who));
    }

    [Fact]
    public async Task Suspend_OfWhatHasEndedOrIsNotThere_IsRefused()
    {
        var stage = new LimitedStage(3);
        var runs = Runs(stage);
        await stage.Simulation.EndAsync(stage.Worker);

        Assert.Equal("CEL0316", (await Assert.ThrowsAsync<CelerityException>(() => runs.SuspendAsync(RunOf(stage), LimitedStage.Note))).Code);
        Assert.Equal("CEL0313", (await Assert.ThrowsAsync<CelerityException>(() => runs.SuspendAsync(RunKey.NewId(stage.Simulation.Time), LimitedStage.Note))).Code);
        Assert.Equal("CEL0313", (await Assert.ThrowsAsync<CelerityException>(() => runs.ResumeAsync("../x", LimitedStage.Note))).Code);
        Assert.False(await runs.ResumeAsync(RunOf(stage), LimitedStage.Note));
    }

    [Fact]
    public async Task Suspend_OfTooMany_IsRefused()
    {
        var stage = new LimitedStage(3);
        for (var run = 0; run < 500; run++)
        {
            var entry = new ControlEntry(ControlKind.SuspendRun, $"{run}.g1", CelerityJson.Write(new PauseNote(false, stage.Simulation.Time.GetUtcNow(), "", "")), stage.Simulation.Time.GetUtcNow());
            await ((ITableStore)stage.Simulation.Storage.Tables).TryInsertAsync(StorageNames.ControlTable, entry.ToTableRow(), CancellationToken.None);
        }

        Assert.Equal("CEL0360", (await Assert.ThrowsAsync<CelerityException>(() => Runs(stage).SuspendAsync(RunOf(stage), LimitedStage.Note))).Code);
    }

    [Fact]
    public async Task Cancel_OfASuspendedRun_EndsIt_AndNothingOfItStaysHeldOrOnTheBoard()
    {
        var stage = new LimitedStage(9);
        await stage.BeginAsync();
        await Runs(stage).SuspendAsync(RunOf(stage), LimitedStage.Note);
        await stage.DeliverAsync();
        Assert.Equal(2, stage.HeldCount);

        await stage.Worker.GetRequiredService<RunLifecycle>().CancelAsync(RunOf(stage), CancellationToken.None);
        Assert.Equal(StepTurn.Closed, await stage.Simulation.Worker().GetRequiredService<StepGate>().AskAsync(stage.Simulation.Key, CancellationToken.None));
        await stage.Simulation.EndAsync(stage.Worker, StageFault.Cancelled);
        Assert.Equal(RunState.Cancelled, (await ViewAsync(stage)).State);
        await stage.PassAsync(TimeSpan.FromMinutes(5));

        Assert.Empty(stage.Starts);
        Assert.Equal((0, 0), (stage.Waiting, stage.HeldCount));
        Assert.DoesNotContain(await EntriesAsync(stage), entry => entry.Kind == ControlKind.SuspendRun);
    }

    [Fact]
    public async Task Restart_OfARunThatWasSuspended_IsNotSuspended()
    {
        var stage = new LimitedStage(9);
        await stage.BeginAsync();
        await Runs(stage).SuspendAsync(RunOf(stage), LimitedStage.Note);
        await stage.Simulation.EndAsync(stage.Worker, StageFault.Cancelled);

        await stage.Simulation.RestartAsync(stage.Worker, new RunRestart(RestartKind.Failed));

        Assert.Equal(RunState.Running, (await ViewAsync(stage)).State);
        await stage.BeginAsync();
        stage.AssertWhole(await stage.EndAsync());
    }

    [Fact]
    public async Task Steps_OfASuspendedRun_Wait()
    {
        var stage = new LimitedStage(9);
        var gate = stage.Worker.GetRequiredService<StepGate>();
        Assert.Equal(StepTurn.Go, await gate.AskAsync(stage.Simulation.Key, CancellationToken.None));

        await Runs(stage).SuspendAsync(RunOf(stage), LimitedStage.Note);
        Assert.Equal(StepTurn.Held, await gate.AskAsync(stage.Simulation.Key, CancellationToken.None));
        Assert.Equal(StepTurn.Closed, await gate.AskAsync(stage.Simulation.Key with { Generation = 2 }, CancellationToken.None));

        await Runs(stage).ResumeAsync(RunOf(stage), LimitedStage.Note);
        Assert.Equal(StepTurn.Go, await gate.AskAsync(stage.Simulation.Key, CancellationToken.None));
    }

    [Fact]
    public async Task Suspended_IsShownInViewAndList()
    {
        var stage = new LimitedStage(9);
        await stage.BeginAsync();
        await Runs(stage).SuspendAsync(RunOf(stage), LimitedStage.Note);

        var view = await ViewAsync(stage);
        Assert.Equal((RunState.Suspended, stage.Simulation.Time.GetUtcNow()), (view.State, view.SuspendedAt!.Value));
        Assert.Equal([RunOf(stage)], await ListAsync(stage, RunState.Suspended));
        Assert.Empty(await ListAsync(stage, RunState.Running));

        await Runs(stage).ResumeAsync(RunOf(stage), LimitedStage.Note);
        Assert.Equal((RunState.Running, null), ((await ViewAsync(stage)).State, (await ViewAsync(stage)).SuspendedAt));
        Assert.Equal([RunOf(stage)], await ListAsync(stage, RunState.Running));
    }

    [Fact]
    public Task SuspendAndResume_AnyFaultAtAnyCall_AllChunksRun() => EveryFault.PlayAsync(async plan =>
    {
        var stage = new LimitedStage(9);
        await stage.BeginAsync();
        var worker = stage.Simulation.Worker(plan);
        Func<Task>[] steps =
        [
            () => worker.GetRequiredService<IRunControl>().SuspendAsync(RunOf(stage), LimitedStage.Note),
            async () => Assert.True(await stage.Simulation.DeliverOneAsync(worker)),
            () => worker.GetRequiredService<IRunControl>().ResumeAsync(RunOf(stage), LimitedStage.Note),
        ];
        foreach (var step in steps)
        {
            try
            {
                await step();
            }
            catch (Exception exception) when (plan.HasFired && EveryFault.IsPlanned(exception))
            {
                // An operator who is not answered asks again; but not where the resume is stored: then the app sees to it.
                worker = plan.IsDead ? stage.Simulation.Worker() : worker;
                stage.Restart();
                if (step != steps[2] || (await EntriesAsync(stage)).Any(entry => entry.Kind == ControlKind.SuspendRun && entry.Read<PauseNote>().IsPaused))
                {
                    await step();
                }
            }
        }

        stage.AssertWhole(await stage.EndAsync(Hour));
        await stage.PassAsync(TimeSpan.FromMinutes(5));
        Assert.Equal(0, stage.HeldCount);
    });

    internal static IRunControl Runs(LimitedStage stage) => stage.Worker.GetRequiredService<IRunControl>();

    private static string RunOf(LimitedStage stage) => stage.Simulation.Key.Run;

    private static async Task<RunView> ViewAsync(LimitedStage stage) =>
        (await stage.Simulation.Worker().GetRequiredService<RunViews>().FindAsync(RunOf(stage), CancellationToken.None))!;

    private static async Task<IReadOnlyList<ControlEntry>> EntriesAsync(LimitedStage stage) =>
        await stage.Simulation.Worker().GetRequiredService<ControlStore>().ListAsync(CancellationToken.None);

    private static async Task<IEnumerable<string>> ListAsync(LimitedStage stage, RunState state)
    {
        var controls = await stage.Worker.GetRequiredService<ControlBoard>().RefreshAsync(CancellationToken.None);
        return (await stage.Worker.GetRequiredService<RunStore>().ListAsync(new RunFilter { State = state }, null, 50, CancellationToken.None, controls)).Runs.Select(run => run.Id);
    }

    private static StageOptions Impatient() =>
        new() { ChunksPerSlice = 3, ChunksPerPage = 6, MaxInFlightChunks = 6, RepublishAfter = TimeSpan.FromMinutes(1) };
}
