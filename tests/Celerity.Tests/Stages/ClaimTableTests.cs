using Celerity.Handover;
using Celerity.Stages;
using Celerity.Stages.Ledger;
using Celerity.Stages.Slices;
using Celerity.Stages.Watching;
using Celerity.Storage;
using Celerity.TestKit.Faults;
using Celerity.Tests.DeadLetters;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Celerity.Tests.Stages;

/// <summary>The hand-over rows of the protocol table in <c>docs/state-machine.md</c> as they hold for chunks that have left their slice.</summary>
public sealed class ClaimTableTests
{
    private static byte[] Dataset => StageBench.Csv("n\n" + string.Concat(Enumerable.Range(1, 12).Select(number => $"{number}\n")));

    [Theory]
    [InlineData(1, "d", "m", 2, "other", null, "seq lower")]
    [InlineData(2, "x", "m", 2, "other", null, "equal seq, another delivery")]
    [InlineData(2, "d", "y", 2, "other", null, "claimed through another message")]
    [InlineData(2, "d", "m", 1, "other", null, "claimed at a higher dequeue count")]
    [InlineData(2, "d", "m", 3, "other", 1, "claimed at a lower dequeue count")]
    [InlineData(2, "d", "m", 2, "other", 1, "claimed at the same dequeue count by a pass that broke off")]
    [InlineData(2, "d", "m", 2, "pass", 0, "one's own claim")]
    [InlineData(3, "x", "y", 1, "other", 0, "seq higher")]
    public async Task Row01To13_DeliveryAgainstAClaimedRow_GoesByTheTable(
        int seq, string delivery, string messageId, long dequeueCount, string pass, int? crashes, string why)
    {
        var simulation = new StageSimulation(Dataset, StageBench.Source(1));
        var worker = simulation.Worker();
        var plan = await simulation.PlanAsync(worker);
        var slice = await worker.GetRequiredService<SlicePublisher>().MakeAsync(plan, 0, again: false, CancellationToken.None);
        var message = slice.ForChunk(1) with { Seq = seq, Delivery = delivery };
        var stored = new ControlRow(2, "d", 1, 0) { State = TaskState.Running, Claim = new Claim("m", 2, "pass") };
        var key = simulation.Key.ControlOf(1);
        Assert.NotNull(await ((ITableStore)simulation.Storage.Tables).TryInsertAsync(key.Table, stored.ToTableRow(key), CancellationToken.None));

        var held = await worker.GetRequiredService<ChunkHandover>().ClaimAsync(
            message, new QueueItem(messageId, "r", dequeueCount, ""), pass, CancellationToken.None);

        Assert.True(crashes == held?.Crashes, why);
        Assert.True(held is null || held.Claim == new Claim(messageId, dequeueCount, pass), why);
    }

    [Fact]
    public async Task Row02_ClaimMovedBeforeTheHandOver_RowStaysAsItIs()
    {
        var (_, worker, message) = await LeftAsync();
        var handover = worker.GetRequiredService<ChunkHandover>();
        var first = (await handover.ClaimAsync(message, new QueueItem("m", "r", 1, ""), "first", CancellationToken.None))!;
        var second = (await handover.ClaimAsync(message, new QueueItem("m", "r", 2, ""), "second", CancellationToken.None))!;

        await handover.SendNextAsync(first, message, TimeSpan.Zero, CancellationToken.None);
        await handover.ReleaseAsync(message, "first");

        Assert.Equal(1, second.Crashes);
        Assert.Null(await handover.ClaimAsync(message, new QueueItem("m", "r", 1, ""), "third", CancellationToken.None));
        Assert.NotNull(await handover.ClaimAsync(message, new QueueItem("m", "r", 3, ""), "fourth", CancellationToken.None));
    }

    [Fact]
    public async Task Row05_ClaimedChunkInThePoisonQueue_DrainHandsItOver()
    {
        var (simulation, worker, message) = await LeftAsync();
        await worker.GetRequiredService<ChunkHandover>().ClaimAsync(message, new QueueItem("gone", "r", 1, ""), "gone", CancellationToken.None);

        var poison = new QueueItem("copy", "r", 1, message.Encode());
        await worker.GetRequiredService<SliceDrain>().SettleAsync(poison, new StageSimulation.Signal(simulation), CancellationToken.None);
        await simulation.DrainAsync(worker);

        var ends = await worker.GetRequiredService<StageLedger>().ReadPageAsync(simulation.Key, 0, CancellationToken.None);
        Assert.Equal([message.First], ends.Select(end => end.Chunk));
    }

    [Fact]
    public async Task Row05_OrphanInThePoisonQueue_IsDropped()
    {
        var (simulation, worker, message) = await LeftAsync();
        var current = message with { Seq = message.Seq + 1, Delivery = "current" };
        Assert.NotNull(await worker.GetRequiredService<ChunkHandover>().ClaimAsync(current, new QueueItem("m", "r", 1, ""), "pass", CancellationToken.None));

        var poison = new QueueItem("copy", "r", 1, message.Encode());
        await worker.GetRequiredService<SliceDrain>().SettleAsync(poison, new StageSimulation.Signal(simulation), CancellationToken.None);

        Assert.Equal(0, simulation.Storage.Queues.Count(StorageNames.ChunksQueue));
        Assert.Equal("current", (await new ControlRows(simulation.Storage.Tables, simulation.Time)
            .FindAsync(simulation.Key.ControlOf(message.First), CancellationToken.None))!.Delivery);
    }

    [Fact]
    public async Task Drain_ClaimedChunkAgainAndAgain_IsDeadAtTheThirdCrash()
    {
        // A host that gives up after each delivery: only the drainer sees that the process died.
        var (simulation, worker, message) = await LeftAsync();
        for (var death = 0; death < 3; death++)
        {
            await worker.GetRequiredService<ChunkHandover>().ClaimAsync(message, new QueueItem("gone", "r", 1, ""), $"pass {death}", CancellationToken.None);
            simulation.Time.Advance(TimeSpan.FromMinutes(1));
            var poison = new QueueItem("copy", "r", 1, message.Encode());
            await worker.GetRequiredService<SliceDrain>().SettleAsync(poison, new StageSimulation.Signal(simulation), CancellationToken.None);
            if (death < 2)
            {
                message = SliceMessage.TryDecode(Assert.Single(simulation.Storage.Queues.Peek(StorageNames.ChunksQueue)).Body, out _)!;
                await PurgeAsync(simulation);
            }
        }

        Assert.Equal(0, simulation.Storage.Queues.Count(StorageNames.ChunksQueue));
        var end = Assert.Single(await worker.GetRequiredService<StageLedger>().ReadPageAsync(simulation.Key, 0, CancellationToken.None));
        Assert.Equal((ErrorCategory.Crashed, 3, 3), (end.Category!.Value, end.Crashes, end.Failures.Count));
        Assert.Single(await simulation.Storage.LettersAsync());
    }

    [Fact]
    public async Task Row09_ChunkFailsAfterATwinEndedItWell_NoDeadLetterIsWritten()
    {
        StageSimulation simulation = null!;
        simulation = new StageSimulation(Dataset, StageBench.Source(1), stage: () => new SumStage
        {
            OnChunk = _ =>
            {
                var ledger = new StageLedger(simulation.Storage.Tables);
                var twin = ledger.TryInsertAsync(simulation.Key, simulation.Plan!.Layout, [new ChunkEnd { Chunk = 1 }], CancellationToken.None);
                Assert.True(twin.IsCompletedSuccessfully && twin.Result);
                throw new ArgumentException("too late");
            },
        });
        var worker = simulation.Worker();
        var plan = await simulation.PlanAsync(worker);
        var slice = await worker.GetRequiredService<SlicePublisher>().MakeAsync(plan, 0, again: false, CancellationToken.None);
        await worker.GetRequiredService<ChunkHandover>().SendFirstAsync(slice.ForChunk(1), TimeSpan.Zero, CancellationToken.None);

        await simulation.DrainAsync(worker);

        Assert.Empty(await simulation.Storage.LettersAsync());
    }

    [Fact]
    public async Task Row18_SliceIsGivenUp_TheNextIsPublishedAtOnce()
    {
        var (simulation, worker, step) = await BeforeGivingUpAsync();

        await simulation.WatchAsync(worker, step.State);

        var published = simulation.Storage.Queues.Peek(StorageNames.ChunksQueue).Select(item => SliceMessage.TryDecode(item.Body, out _)!.First);
        Assert.Equal([6, 9], published.Order());
    }

    [Fact]
    public async Task Row20_CrashBetweenTheLostRowsAndTheirEffects_NextLookMakesThem()
    {
        var (simulation, _, step) = await BeforeGivingUpAsync();
        var plan = new FaultPlan(new SeamCall(0, $"table.TryInsertAll {StorageNames.LedgerTable}", 1), FaultKind.KillAfter);
        await Assert.ThrowsAsync<ProcessKilledException>(() => simulation.WatchAsync(simulation.Worker(plan), step.State));

        await simulation.WatchAsync(simulation.Worker(), step.State);

        Assert.Equal(6, (await simulation.Storage.LettersAsync()).Count);
    }

    private static async Task<(StageSimulation Simulation, ServiceProvider Worker, SliceMessage Message)> LeftAsync()
    {
        var simulation = new StageSimulation(Dataset, StageBench.Source(1));
        var worker = simulation.Worker();
        var plan = await simulation.PlanAsync(worker);
        var slice = await worker.GetRequiredService<SlicePublisher>().MakeAsync(plan, 0, again: false, CancellationToken.None);
        await worker.GetRequiredService<ChunkHandover>().SendFirstAsync(slice.ForChunk(1), TimeSpan.Zero, CancellationToken.None);
        var message = SliceMessage.TryDecode(Assert.Single(simulation.Storage.Queues.Peek(StorageNames.ChunksQueue)).Body, out _)!;
        await PurgeAsync(simulation);
        return (simulation, worker, message);
    }

    // Both slices of the window were sent as often as they may, and each time lost.
    private static async Task<(StageSimulation Simulation, ServiceProvider Worker, WatchStep Step)> BeforeGivingUpAsync()
    {
        var simulation = new StageSimulation(Dataset, StageBench.Source(1));
        var worker = simulation.Worker();
        await simulation.PlanAsync(worker);
        var step = await simulation.WatchAsync(worker);
        for (var send = 0; send <= WatchDecision.MaxRepeats; send++)
        {
            simulation.Time.Advance(new StageOptions().RepublishAfter * 16);
            step = await simulation.WatchAsync(worker, step.State);
            await PurgeAsync(simulation);
        }

        simulation.Time.Advance(new StageOptions().RepublishAfter * 16);
        return (simulation, worker, step);
    }

    private static async Task PurgeAsync(StageSimulation simulation)
    {
        IQueueStore queues = simulation.Storage.Queues;
        foreach (var item in await queues.ReceiveAsync(StorageNames.ChunksQueue, 32, TimeSpan.FromMinutes(1), CancellationToken.None))
        {
            await queues.TryDeleteAsync(StorageNames.ChunksQueue, item, CancellationToken.None);
        }
    }
}
