using Celerity.Stages;
using Celerity.Stages.Ledger;
using Celerity.Stages.Slices;
using Celerity.Stages.Watching;
using Celerity.Storage;
using Celerity.TestKit.Faults;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Celerity.Tests.Stages;

/// <summary>The hand-over rows of the protocol table in <c>docs/state-machine.md</c> as they hold for chunks that have left their slice.</summary>
public sealed class ClaimTableTests
{
    private static byte[] Dataset => StageBench.Csv("n\n" + string.Concat(Enumerable.Range(1, 12).Select(number => $"{number}\n")));

    [Theory]
    [InlineData(1, "d", "m", 2, "other", ClaimDecision.Drop, "seq lower")]
    [InlineData(2, "x", "m", 2, "other", ClaimDecision.Drop, "equal seq, another delivery")]
    [InlineData(2, "d", "y", 2, "other", ClaimDecision.Drop, "claimed through another message")]
    [InlineData(2, "d", "m", 1, "other", ClaimDecision.Drop, "claimed at a higher dequeue count")]
    [InlineData(2, "d", "m", 3, "other", ClaimDecision.ClaimAfterCrash, "claimed at a lower dequeue count")]
    [InlineData(2, "d", "m", 2, "pass", ClaimDecision.Run, "one's own claim")]
    [InlineData(3, "x", "y", 1, "other", ClaimDecision.Claim, "seq higher")]
    public async Task Row01To13_DeliveryAgainstAClaimedRow_GoesByTheTable(
        int seq, string delivery, string messageId, long dequeueCount, string pass, object decision, string why)
    {
        var simulation = new StageSimulation(Dataset, StageBench.Source(1));
        var worker = simulation.Worker();
        var plan = await simulation.PlanAsync(worker);
        var slice = await worker.GetRequiredService<SlicePublisher>().MakeAsync(plan, 0, again: false, CancellationToken.None);
        var message = slice.ForChunk(1) with { Seq = seq, Delivery = delivery };
        var row = new ChunkClaim(2, "d", 1, 0) { MessageId = "m", DequeueCount = 2, Pass = "pass" };

        Assert.True((ClaimDecision)decision == ClaimDecisions.For(message, messageId, dequeueCount, pass, row), why);
    }

    [Fact]
    public async Task Row02_ClaimMovedBeforeTheHandOver_RowStaysAsItIs()
    {
        var (_, worker, message) = await LeftAsync();
        var handover = worker.GetRequiredService<ChunkHandover>();
        var first = (await handover.ClaimAsync(message, new QueueItem("m", "r", 1, ""), CancellationToken.None))!;
        var second = (await handover.ClaimAsync(message, new QueueItem("m", "r", 2, ""), CancellationToken.None))!;

        await handover.SendNextAsync(first, message, TimeSpan.Zero, CancellationToken.None);
        await handover.ReleaseAsync(message, first);

        Assert.Equal(1, second.Crashes);
        Assert.Null(await handover.ClaimAsync(message, new QueueItem("m", "r", 1, ""), CancellationToken.None));
        Assert.NotNull(await handover.ClaimAsync(message, new QueueItem("m", "r", 3, ""), CancellationToken.None));
    }

    [Fact]
    public async Task Row05_ClaimedChunkInThePoisonQueue_DrainHandsItOver()
    {
        var (simulation, worker, message) = await LeftAsync();
        await worker.GetRequiredService<ChunkHandover>().ClaimAsync(message, new QueueItem("gone", "r", 1, ""), CancellationToken.None);

        var poison = new QueueItem("copy", "r", 1, message.Encode());
        await worker.GetRequiredService<SliceDrain>().SettleAsync(poison, new StageSimulation.Signal(simulation), CancellationToken.None);
        await simulation.DrainAsync(worker);

        var ends = await worker.GetRequiredService<StageLedger>().ReadPageAsync(simulation.Key, 0, CancellationToken.None);
        Assert.Equal([message.First], ends.Select(end => end.Chunk));
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

        Assert.Equal(0, simulation.Storage.Tables.Count(StorageNames.DeadLettersTable));
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

        Assert.Equal(6, simulation.Storage.Tables.Count(StorageNames.DeadLettersTable));
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
