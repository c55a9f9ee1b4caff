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

/// <summary>Rows 14 to 21 of the protocol table in <c>docs/state-machine.md</c>: each is the shortest way to hang or lose without its rule.</summary>
public sealed class LedgerProtocolTests
{
    // 12 chunks of one record: 4 slices of 3, 2 pages of 6, a window of 2 slices.
    private static byte[] Dataset => StageBench.Csv("n\n" + string.Concat(Enumerable.Range(1, 12).Select(number => $"{number}\n")));

    [Fact]
    public async Task Row14_CrashRightAfterTheTransaction_RedeliveryPublishesAndCounts()
    {
        var simulation = await PublishedAsync();

        await DieAsync(simulation, $"table.TryInsertAll {StorageNames.LedgerTable}", occurrence: 1);
        await simulation.DrainAsync(simulation.Worker());

        await AssertCompleteWithoutWatchAsync(simulation);
    }

    [Fact]
    public async Task Row15_ConflictOnTheTransaction_ContinuesWithPublishAndCount()
    {
        var simulation = await PublishedAsync();

        // Every slice is on the queue twice. The first of the twins writes its rows and dies; its message never comes again.
        await DieAsync(simulation, $"table.TryInsertAll {StorageNames.LedgerTable}", occurrence: 1);
        await PurgeAsync(simulation);
        await simulation.PublishAsync(simulation.Worker());
        await simulation.DrainAsync(simulation.Worker());

        await AssertCompleteWithoutWatchAsync(simulation);
    }

    [Fact]
    public async Task Row16_CrashBetweenPageRowAndRootCount_RedeliveryCountsTheRoot()
    {
        var simulation = await PublishedAsync();
        var worker = simulation.Worker();
        for (var slice = 0; slice < 3; slice++)
        {
            await simulation.DeliverOneAsync(worker);
        }

        await DieAsync(simulation, $"table.TryInsert {StorageNames.LedgerTable}", occurrence: 1);
        Assert.Equal(0, simulation.Signals);
        await simulation.DrainAsync(simulation.Worker());

        await AssertCompleteWithoutWatchAsync(simulation);
    }

    [Fact]
    public async Task Row17_PagesFullButNotInTheRoot_WatchCountsTheirRows()
    {
        var simulation = await PublishedAsync();
        var ledger = simulation.Worker().GetRequiredService<StageLedger>();
        foreach (var first in new[] { 0, 6 })
        {
            var ends = Enumerable.Range(first, 6).Select(chunk => new ChunkEnd { Chunk = chunk, Records = 1 }).ToList();
            Assert.True(await ledger.TryInsertAsync(simulation.Key, simulation.Plan!.Layout, ends, CancellationToken.None));
        }

        var step = await simulation.WatchAsync(simulation.Worker());

        Assert.Equal(WatchFinding.Complete, step.Found);
        Assert.Equal(2, (await ledger.ReadRootAsync(simulation.Key, simulation.Plan!.Layout, CancellationToken.None)).Count);
    }

    [Fact]
    public async Task Row18_SliceEndsInThePoisonQueue_DrainPublishesTheNext()
    {
        var simulation = await PublishedAsync();
        var poison = await ReceiveAsync(simulation);

        await simulation.Worker().GetRequiredService<SliceDrain>().SettleAsync(poison, new NoSignal(), CancellationToken.None);
        await DeleteAsync(simulation, poison);
        await simulation.DrainAsync(simulation.Worker());

        await AssertCompleteWithoutWatchAsync(simulation);
    }

    [Fact]
    public async Task Row18_SliceComesTooOften_ItsChunksGoOnAloneAndTheNextIsPublished()
    {
        var simulation = await PublishedAsync();
        for (var delivery = 0; delivery < 2; delivery++)
        {
            await ReceiveAsync(simulation);
            simulation.Storage.Queues.LoseLeases(StorageNames.ChunksQueue);
        }

        await simulation.DrainAsync(simulation.Worker());

        await AssertCompleteWithoutWatchAsync(simulation);
    }

    [Fact]
    public async Task Row19_WindowNeverPublished_WatchPublishesIt()
    {
        var simulation = new StageSimulation(Dataset, StageBench.Source(1));
        var worker = simulation.Worker();
        await simulation.PlanAsync(worker);

        var step = await simulation.WatchAsync(worker);
        Assert.Equal(0, simulation.Storage.Queues.Count(StorageNames.ChunksQueue));
        simulation.Time.Advance(new StageOptions().RepublishAfter);
        step = await simulation.WatchAsync(worker, step.State);

        Assert.Equal(2, simulation.Storage.Queues.Count(StorageNames.ChunksQueue));
        Assert.Equal([0, 1], step.State.Slices.Keys.Order());
        await simulation.DrainAsync(worker);
        await AssertCompleteWithoutWatchAsync(simulation);
    }

    [Fact]
    public async Task Row20_EveryMessageIsLost_StageEndsWithLostChunks()
    {
        var simulation = await PublishedAsync();
        var worker = simulation.Worker();
        var step = new WatchStep(WatchFinding.Waiting, WatchState.Start);
        var looks = 0;
        while (step.Found == WatchFinding.Waiting)
        {
            Assert.True(looks++ < 100, "the stage does not end");
            await PurgeAsync(simulation);
            step = await simulation.WatchAsync(worker, step.State);
            simulation.Time.Advance(new StageOptions().RepublishAfter * 8);
        }

        var end = await simulation.CombineAsync(worker);
        Assert.Equal(12, end.FailedChunks);
        var rows = await simulation.Storage.LettersAsync();
        Assert.Equal(12, rows.Count);
        Assert.All(rows, row => Assert.Equal(nameof(ErrorCategory.Lost), row.FindString("category")));
    }

    [Fact]
    public async Task Row21_AnyLayout_EachSliceIsOneTransaction()
    {
        var options = new StageOptions { ChunksPerSlice = 5, ChunksPerPage = 32, MaxInFlightChunks = 5 };
        var csv = StageBench.Csv("n\n" + string.Concat(Enumerable.Range(1, 70).Select(number => $"{number}\n")));
        var plan = new FaultPlan();

        await new StageSimulation(csv, StageBench.Source(1), options).RunAsync(plan);

        // 70 chunks in pages of 32 and slices of 5: 7 slices a page, the last of 2 chunks, and 2 of the last 6 chunks. Besides, 3 rows of full pages and the watch's samples.
        Assert.Equal(16, plan.Calls.Count(call => call.Name == $"table.TryInsertAll {StorageNames.LedgerTable}")
            + plan.Calls.Count(call => call.Name == $"table.TryInsert {StorageNames.LedgerTable}") - 4);
    }

    [Fact]
    public async Task Row22_EverySliceComesTwice_MessagesDoNotMultiply()
    {
        const int Slices = 20;
        var csv = StageBench.Csv("n\n" + string.Concat(Enumerable.Range(1, Slices * 3).Select(number => $"{number}\n")));
        var simulation = new StageSimulation(csv, StageBench.Source(1));
        var worker = simulation.Worker();
        await simulation.PlanAsync(worker);
        await simulation.PublishAsync(worker);

        while (await simulation.DeliverOneAsync(worker, settle: false))
        {
            Assert.True(simulation.Storage.Queues.SentCount <= 2 * Slices, $"{simulation.Storage.Queues.SentCount} messages for {Slices} slices");
            simulation.Storage.Queues.LoseLeases(StorageNames.ChunksQueue);
            await simulation.DeliverOneAsync(worker);
        }

        Assert.True(simulation.Signals > 0, "nobody saw the stage full");
    }

    [Fact]
    public async Task Twins_OfAChunkThatLeftItsSlice_OnlyOneGoesOn()
    {
        var runs = 0;
        var simulation = new StageSimulation(Dataset, StageBench.Source(1), stage: () => new SumStage
        {
            OnChunk = number =>
            {
                if (number == 2 && Interlocked.Increment(ref runs) <= 2)
                {
                    throw new InvalidOperationException("not yet");
                }
            },
        });
        var worker = simulation.Worker();
        await simulation.PlanAsync(worker);
        await simulation.PublishAsync(worker);

        // The first slice comes twice at once: both deliveries fail chunk 1 and hand it over; only one of the two may go on.
        await simulation.PublishAsync(worker);
        await simulation.DrainAsync(worker);

        Assert.Equal(78, Sum(await simulation.CombineAsync(worker)));
        Assert.Equal(3, runs);
    }

    [Fact]
    public async Task Chunk_KillsItsProcessEachTime_EndsAsCrashedAndTakesNoneAlong()
    {
        var simulation = await PublishedAsync();
        for (var death = 0; death < 30 && simulation.Storage.Queues.Count(StorageNames.ChunksQueue) > 0; death++)
        {
            // A process that dies in the middle of chunk 1: it receives, claims, and is gone.
            var plan = new FaultPlan();
            var doomed = simulation.Worker(plan);
            simulation.Poison = number =>
            {
                if (number == 2)
                {
                    plan.Kill("chunk 1");
                    throw new ProcessKilledException("chunk 1");
                }
            };
            try
            {
                await simulation.DrainAsync(doomed);
            }
            catch (ProcessKilledException)
            {
                simulation.Storage.Queues.LoseLeases(StorageNames.ChunksQueue);
            }
        }

        var end = await simulation.CombineAsync(simulation.Worker());
        Assert.Equal((1, 76), (end.FailedChunks, Sum(end)));
        var dead = Assert.Single(await simulation.Storage.LettersAsync());
        Assert.Equal(nameof(ErrorCategory.Crashed), dead.FindString("category"));
    }

    private static int Sum(Celerity.Stages.Combining.StageEnd end) =>
        System.Text.Json.JsonDocument.Parse(end.Result).RootElement.GetProperty("sum").GetInt32();

    private static async Task<StageSimulation> PublishedAsync()
    {
        var simulation = new StageSimulation(Dataset, StageBench.Source(1));
        var worker = simulation.Worker();
        await simulation.PlanAsync(worker);
        await simulation.PublishAsync(worker);
        return simulation;
    }

    private static async Task DieAsync(StageSimulation simulation, string call, int occurrence)
    {
        var plan = new FaultPlan(new SeamCall(0, call, occurrence), FaultKind.KillAfter);
        await Assert.ThrowsAsync<ProcessKilledException>(() => simulation.DrainAsync(simulation.Worker(plan)));
        simulation.Storage.Queues.LoseLeases(StorageNames.ChunksQueue);
    }

    private static async Task AssertCompleteWithoutWatchAsync(StageSimulation simulation)
    {
        Assert.True(simulation.Signals > 0, "nobody saw the stage full");
        Assert.Equal(78, Sum(await simulation.CombineAsync(simulation.Worker())));
    }

    private static async Task<QueueItem> ReceiveAsync(StageSimulation simulation) =>
        Assert.Single(await ((IQueueStore)simulation.Storage.Queues).ReceiveAsync(StorageNames.ChunksQueue, 1, TimeSpan.FromMinutes(1), CancellationToken.None));

    private static async Task DeleteAsync(StageSimulation simulation, QueueItem item) =>
        Assert.True(await ((IQueueStore)simulation.Storage.Queues).TryDeleteAsync(StorageNames.ChunksQueue, item, CancellationToken.None));

    private static async Task PurgeAsync(StageSimulation simulation)
    {
        IQueueStore queues = simulation.Storage.Queues;
        simulation.Storage.Queues.LoseLeases(StorageNames.ChunksQueue);
        while (await queues.ReceiveAsync(StorageNames.ChunksQueue, 32, TimeSpan.FromMinutes(1), CancellationToken.None) is { Count: > 0 } items)
        {
            foreach (var item in items)
            {
                await queues.TryDeleteAsync(StorageNames.ChunksQueue, item, CancellationToken.None);
            }
        }
    }

    private static async Task<List<TableRow>> ReadAllAsync(StageSimulation simulation, string table)
    {
        var rows = new List<TableRow>();
        await foreach (var row in ((ITableStore)simulation.Storage.Tables).QueryAsync(table, new TableQuery(null), CancellationToken.None))
        {
            rows.Add(row);
        }

        return rows;
    }

    private sealed class NoSignal : IStageSignal
    {
        public ValueTask RaiseAsync(StageKey key, CancellationToken cancellationToken) => ValueTask.CompletedTask;
    }
}
