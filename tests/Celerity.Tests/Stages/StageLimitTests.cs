using Celerity.Controls;
using Celerity.Slots;
using Celerity.Stages;
using Celerity.Stages.Admission;
using Celerity.Stages.Combining;
using Celerity.Stages.Ledger;
using Celerity.Stages.Slices;
using Celerity.Storage;
using Celerity.Tasks;
using Celerity.TestKit.Faults;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Celerity.Tests.Stages;

/// <summary>Chunks go by rate limits, circuits, pauses, slots and time limits as tasks do, and the watch of their stage bears with it.</summary>
public sealed class StageLimitTests
{
    private const string Rate = "Celerity:Stages:SumStage:RateLimit";
    private const string CircuitKey = "Celerity:Stages:SumStage:Circuit";

    private static readonly TimeSpan Hour = TimeSpan.FromHours(1);

    [Fact]
    public async Task Rate_OfAStageOfTwoThousandChunks_KeepsItsBurstAndItsTime()
    {
        var calls = new FaultPlan();
        var stage = new LimitedStage(2000, new StageOptions(), calls, (Rate, "50/s"));
        await stage.BeginAsync();

        var end = await stage.EndAsync(together: true);

        stage.AssertWhole(end);
        Assert.Equal(2000, stage.Starts.Count);
        Assert.True(stage.Excess(50, 50) <= 0, $"{stage.Excess(50, 50)} beyond the burst");
        Assert.InRange(stage.Elapsed.TotalSeconds, 38, 45);
        Assert.InRange(calls.Calls.Count(call => call.Name.Contains(StorageNames.LimitsTable, StringComparison.Ordinal)), 1, 100);
    }

    [Theory]
    [InlineData("4/s burst 4", 4.0, 4)]
    [InlineData("100/s burst 2", 100.0, 2)]
    [InlineData("30/m", 0.5, 1)]
    [InlineData("10/m", 1 / 6.0, 1)]
    public async Task Rate_WithABurstSmallerThanASlice_IsNeverExceededAndNoDeadEnd(string limit, double perSecond, int burst)
    {
        var stage = new LimitedStage(120, new StageOptions(), null, (Rate, limit));
        await stage.BeginAsync();

        var end = await stage.EndAsync();

        stage.AssertWhole(end);
        Assert.Equal(120, stage.Starts.Count);
        Assert.True(stage.Excess(perSecond, burst) <= 0.5, $"{stage.Excess(perSecond, burst)} beyond the burst");
    }

    [Fact]
    public async Task Row50_WaitsLongerThanTheWatchHasPatience_NothingIsLost()
    {
        var options = Impatient();
        options.MaxInFlightChunks = 60;
        var stage = new LimitedStage(60, options, null, (Rate, "4/m"));
        await stage.BeginAsync();

        var end = await stage.EndAsync();

        stage.AssertWhole(end);
        Assert.Equal(60, stage.Starts.Count);
    }

    [Fact]
    public async Task Row51_HeldLongerThanTheWatchHasPatience_NothingIsLostAndNoAttemptIsMade()
    {
        var stage = new LimitedStage(60, Impatient(), null, (CircuitKey, "geocoder"));
        await stage.BeginAsync();
        Assert.True(await stage.Circuits.ForceOpenAsync("geocoder", LimitedStage.Note));

        await stage.PassAsync(2 * Hour);
        var (started, held, sent) = (stage.Starts.Count, stage.HeldCount, stage.Simulation.Storage.Queues.SentCount);
        Assert.True(await stage.Circuits.ForceClosedAsync("geocoder", LimitedStage.Note));
        var end = await stage.EndAsync();

        Assert.Equal(0, started);
        Assert.Equal(2, held);
        Assert.Equal(4, sent);
        stage.AssertWhole(end);
        Assert.Equal(60, stage.Starts.Count);
    }

    [Fact]
    public async Task Row52_MessagesAreLostWhileTheyWait_StageEndsAllTheSame()
    {
        var stage = new LimitedStage(12, Impatient(), null, (Rate, "1/m"), (CircuitKey, "geocoder"));
        await stage.BeginAsync();
        await stage.DeliverAsync();
        await LoseAllAsync(stage);

        var end = await stage.EndAsync(2 * Hour);

        stage.AssertWhole(end);
    }

    [Fact]
    public async Task Row52_MessagesAreLostWhileTheCircuitIsHalfOpen_StageEndsAllTheSame()
    {
        var stage = new LimitedStage(12, Impatient(), null, (CircuitKey, "geocoder"));
        await stage.BeginAsync();
        await stage.Circuits.ForceOpenAsync("geocoder", LimitedStage.Note);
        await stage.DeliverAsync();
        Assert.Equal(2, stage.HeldCount);
        await LoseAllAsync(stage);
        await stage.Circuits.AutomaticAsync("geocoder", LimitedStage.Note);

        var end = await stage.EndAsync(2 * Hour);

        stage.AssertWhole(end);
    }

    [Fact]
    public async Task Row53_SliceThatKillsIsHeldBetweenItsDeliveries_ItsChunksStillGoAlone()
    {
        var stage = new LimitedStage(3);
        await stage.BeginAsync();
        await DieAsync(stage);
        await stage.Control.PauseQueueAsync(StorageNames.ChunksQueue, LimitedStage.Note);
        await stage.DeliverAsync();
        Assert.Equal(1, stage.HeldCount);
        await stage.Control.ResumeQueueAsync(StorageNames.ChunksQueue, LimitedStage.Note);
        await DieAsync(stage);
        stage.Starts.Clear();

        await stage.DeliverAsync(most: 1);

        // Its third delivery by all three messages: nothing runs in it any more.
        Assert.Empty(stage.Starts);
        Assert.Equal(3, stage.Waiting);
        stage.AssertWhole(await stage.EndAsync());
    }

    [Fact]
    public async Task Slices_RunInParts_EachLetsTheNextThroughOnce()
    {
        var stage = new LimitedStage(60, options: null, null, (Rate, "10/m"));
        await stage.BeginAsync();
        var end = await stage.EndAsync();

        stage.AssertWhole(end);
        // 20 slices, each put off before and after each of its chunks at most.
        Assert.InRange(stage.Simulation.Storage.Queues.SentCount, 21, 20 + 60 + 20);
    }

    [Fact]
    public async Task Pause_InMidRun_HoldsTheRestAndResumingEndsItWithTheSameBytes()
    {
        var expected = await EndAsync(new LimitedStage(60));
        var stage = new LimitedStage(60);
        await stage.BeginAsync();
        await stage.DeliverAsync(most: 5);
        await stage.Control.PauseQueueAsync(StorageNames.ChunksQueue, LimitedStage.Note);
        stage.Simulation.Time.Advance(ControlBoard.MaxAge);
        await stage.PassAsync(2 * Hour);
        Assert.Equal((15, 2), (stage.Starts.Count, stage.HeldCount));

        await stage.Control.ResumeQueueAsync(StorageNames.ChunksQueue, LimitedStage.Note);

        Assert.Equal(expected, await stage.EndAsync());
        Assert.Equal(60, stage.Starts.Count);
    }

    [Fact]
    public async Task Circuit_OfWhatIsDown_OpensHoldsTheStageAndSpendsNoAttempt()
    {
        var stage = new LimitedStage(60, options: null, null, (CircuitKey, "geocoder"));
        await stage.BeginAsync();
        var isDown = true;
        stage.OnStart = _ => _ = isDown ? throw new DependencyDownException("geocoder") : 0;

        await stage.PassAsync(2 * Hour);
        var starts = stage.Starts.Count;
        isDown = false;
        var end = await stage.EndAsync();

        // One finds it down; after each break, which doubles up to ten minutes, one more.
        Assert.InRange(starts, 2, 30);
        stage.AssertWhole(end);
        Assert.Equal(60 + starts, stage.Starts.Count);
        Assert.Equal(CircuitState.Closed, (await stage.Circuits.GetAsync("geocoder")).State);
    }

    [Fact]
    public async Task Circuit_OfChunksThatFail_Opens()
    {
        var stage = new LimitedStage(60, options: null, null, (CircuitKey, "geocoder"), ("Celerity:Circuits:geocoder:MinimumThroughput", "3"));
        await stage.BeginAsync();
        var isDown = true;
        stage.OnStart = _ => _ = isDown ? throw new HttpRequestException("down") : 0;

        await stage.DeliverAsync();
        isDown = false;

        Assert.Equal(3, stage.Starts.Count);
        Assert.Equal(CircuitState.Open, (await stage.Circuits.GetAsync("geocoder")).State);
        Assert.Equal(["SumStage"], (await stage.Circuits.GetAsync("geocoder")).Tasks);
        stage.AssertWhole(await stage.EndAsync());
    }

    [Fact]
    public async Task Concurrency_SlotOfAnotherProcess_KeepsChunksWaitingUntilItIsFree()
    {
        var stage = new LimitedStage(60, options: null, null, ("Celerity:Stages:SumStage:Concurrency", "1"));
        await stage.BeginAsync();
        var other = stage.Simulation.Worker().GetRequiredService<StageAdmission>();
        var (slot, _) = await other.EnterAsync(stage.Worker.GetRequiredService<TaskRegistry>().Stages.Of("SumStage"), CancellationToken.None);

        await stage.DeliverAsync();
        var started = stage.Starts.Count;
        await ConcurrencySlots.LeaveAsync([slot!]);
        var end = await stage.EndAsync();

        Assert.Equal(0, started);
        stage.AssertWhole(end);
        Assert.Equal(60, stage.Starts.Count);
    }

    [Theory]
    [InlineData("queue.Send celerity-chunks", FaultKind.KillBefore)]
    [InlineData("queue.Send celerity-chunks", FaultKind.KillAfter)]
    [InlineData("queue.TryDelete celerity-chunks-held", FaultKind.KillBefore)]
    [InlineData("queue.TryDelete celerity-chunks-held", FaultKind.KillAfter)]
    public async Task MoveBack_KilledAroundEachCall_KeepsTheMessage(string call, FaultKind kind)
    {
        var stage = new LimitedStage(3);
        await stage.BeginAsync();
        await stage.Control.PauseQueueAsync(StorageNames.ChunksQueue, LimitedStage.Note);
        await stage.DeliverAsync();
        Assert.Equal((0, 1), (stage.Waiting, stage.HeldCount));
        var killed = stage.Simulation.Worker(new FaultPlan(new SeamCall(0, call, 1), kind)).GetRequiredService<IAppControl>();

        await Assert.ThrowsAsync<ProcessKilledException>(() => killed.ResumeQueueAsync(StorageNames.ChunksQueue, LimitedStage.Note));
        stage.Restart();

        // Counted before the watch, which would send a lost one again.
        Assert.InRange(stage.Waiting + stage.HeldCount, 1, 2);
        stage.AssertWhole(await stage.EndAsync());
    }

    [Fact]
    public async Task TimeLimit_ThatAChunkExceeds_IsRetriedAndThenADeadLetter()
    {
        var stage = new LimitedStage(6, options: null, null, ("Celerity:Stages:SumStage:TimeLimit", "00:00:30"));
        await stage.BeginAsync();
        stage.OnStart = number => stage.Simulation.Time.Advance(TimeSpan.FromSeconds(number == 4 ? 31 : 1));

        var end = await stage.EndAsync();

        Assert.Equal((1, 5), (end.FailedChunks, (int)end.Records));
        Assert.Equal(4, stage.Starts.Count(start => start.Number == 4));
        var page = await stage.Worker.GetRequiredService<StageLedger>().ReadPageAsync(stage.Simulation.Key, 0, CancellationToken.None);
        Assert.Equal((3, ErrorCategory.TimedOut), page.Where(chunk => chunk.IsDead).Select(chunk => (chunk.Chunk, chunk.Category!.Value)).Single());
    }

    [Fact]
    public async Task Limits_AnyFaultAtAnyCall_EndsEveryChunkOnceWithTheSameBytes()
    {
        var record = new FaultPlan();
        var expected = await RunDisturbedAsync(new LimitedStage(12, options: null, record, (Rate, "10/m"), (CircuitKey, "geocoder")), record);
        Assert.True(record.Calls.Count > 100, $"{record.Calls.Count} calls");
        Assert.Contains(record.Calls, call => call.Name == "queue.Send celerity-chunks-held");

        foreach (var plan in FaultPlan.ForEach(record.Calls))
        {
            var stage = new LimitedStage(12, options: null, plan, (Rate, "10/m"), (CircuitKey, "geocoder"));

            var end = await RunDisturbedAsync(stage, plan);

            Assert.True(expected == end, $"{plan}: {end}");
            Assert.Equal((0, 0), (stage.Waiting, stage.HeldCount));
        }
    }

    private static StageOptions Impatient() =>
        new() { ChunksPerSlice = 3, ChunksPerPage = 6, MaxInFlightChunks = 6, RepublishAfter = TimeSpan.FromMinutes(1) };

    private static async Task<StageEnd> EndAsync(LimitedStage stage)
    {
        await stage.BeginAsync();
        return await stage.EndAsync();
    }

    // Chunks wait for their turn, are held by a circuit and by a pause, and go on.
    private static async Task<StageEnd> RunDisturbedAsync(LimitedStage stage, FaultPlan plan)
    {
        await RetryAsync(stage.BeginAsync);
        await RetryAsync(() => stage.DeliverAsync(most: 3));
        await RetryAsync(() => stage.Control.PauseQueueAsync(StorageNames.ChunksQueue, LimitedStage.Note));
        await RetryAsync(() => stage.PassAsync(TimeSpan.FromSeconds(90)));
        await RetryAsync(() => stage.Circuits.ForceOpenAsync("geocoder", LimitedStage.Note));
        await RetryAsync(() => stage.Control.ResumeQueueAsync(StorageNames.ChunksQueue, LimitedStage.Note));
        await RetryAsync(() => stage.PassAsync(TimeSpan.FromSeconds(90)));
        await RetryAsync(() => stage.Circuits.ForceClosedAsync("geocoder", LimitedStage.Note));
        StageEnd? end = null;
        await RetryAsync(async () => end = await stage.EndAsync());
        await RetryAsync(() => stage.PassAsync(TimeSpan.FromMinutes(3)));
        stage.AssertWhole(end!);
        return end!;

        async Task RetryAsync(Func<Task> step)
        {
            try
            {
                await step();
            }
            catch (Exception exception) when (plan.HasFired && exception is ProcessKilledException or InjectedFaultException or AggregateException)
            {
                stage.Restart();
                await step();
            }
        }
    }

    private static async Task DieAsync(LimitedStage stage)
    {
        var plan = new FaultPlan(new SeamCall(0, $"table.TryInsertAll {StorageNames.LedgerTable}", 1), FaultKind.KillBefore);
        await Assert.ThrowsAsync<ProcessKilledException>(() => stage.Simulation.DeliverOneAsync(stage.Simulation.Worker(plan)));
        stage.Restart();
    }

    private static async Task LoseAllAsync(LimitedStage stage)
    {
        stage.Simulation.Time.Advance(TimeSpan.FromMinutes(30));
        foreach (var queue in new[] { StorageNames.ChunksQueue, LimitedStage.Held })
        {
            IQueueStore queues = stage.Simulation.Storage.Queues;
            foreach (var item in await queues.ReceiveAsync(queue, 32, TimeSpan.FromMinutes(1), CancellationToken.None))
            {
                Assert.NotNull(SliceMessage.TryDecode(item.Body, out _));
                await queues.TryDeleteAsync(queue, item, CancellationToken.None);
            }
        }

        Assert.Equal((0, 0), (stage.Waiting, stage.HeldCount));
    }
}
