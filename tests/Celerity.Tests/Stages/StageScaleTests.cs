using System.Text;
using Celerity.Stages;
using Celerity.Stages.Slices;
using Celerity.Stages.Watching;
using Celerity.Storage;
using Celerity.TestKit.Faults;
using Celerity.Tests.Tasks.Model;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Xunit;

namespace Celerity.Tests.Stages;

/// <summary>100,000 chunks: messages, memory and the cost of watching stay within what the window says, however long the stage.</summary>
public sealed class StageScaleTests
{
    private const int Chunks = 100_000;

    [Theory]
    [InlineData(0)]
    [InlineData(10)]
    public async Task Stage_HundredThousandChunks_StaysWithinItsWindow(int everyLostLease)
    {
        var options = new StageOptions();
        var simulation = new StageSimulation(Dataset(), StageBench.Source(1), options);
        var calls = new FaultPlan();
        var rows = 0L;
        var worker = Worker(simulation, calls, () => rows++);
        var plan = await simulation.PlanAsync(worker);
        Assert.Equal(Chunks, plan.Layout.ChunkCount);
        await simulation.PublishAsync(worker);

        var run = await RunAsync(simulation, worker, () => rows, everyLostLease);
        var watch = await CountWatchAsync(simulation, worker, calls);

        Assert.Equal(WatchFinding.Complete, watch.Found);
        Assert.Equal(Chunks, long.Parse((await simulation.CombineAsync(worker)).Result, null));
        var slices = plan.Layout.SliceCount;
        if (everyLostLease == 0)
        {
            Assert.Equal(slices, simulation.Storage.Queues.SentCount);
            Assert.True(run.Peak <= plan.Window, $"{run.Peak} messages at once");
        }

        // A slice that is delivered twice may be published twice, not more: the twins of twins end.
        Assert.True(simulation.Storage.Queues.SentCount <= 2 * slices, $"{simulation.Storage.Queues.SentCount} messages for {slices} slices");
        Assert.True(run.Peak <= 3 * plan.Window, $"{run.Peak} messages at once");
        Assert.True(run.Processed <= Chunks * 1.2, $"{run.Processed} chunks were processed for {Chunks}");
        Assert.True(run.LastRows < run.FirstRows * 1.2, $"a quarter of the slices reads {run.FirstRows:N0} rows at first and {run.LastRows:N0} at last");
    }

    [Fact]
    public async Task Watch_AnyTimeInAStageOfHundredThousandChunks_LooksAtTheWindowOnly()
    {
        var simulation = new StageSimulation(Dataset(), StageBench.Source(1), new StageOptions { FirstChunks = Chunks });
        var calls = new FaultPlan();
        var worker = Worker(simulation, calls);
        var plan = await simulation.PlanAsync(worker);
        await simulation.PublishAsync(worker);

        // The first page hangs, all that the rest of the window lets through is done. The window is published at once, so in any order.
        var window = new List<QueueItem>();
        while (window.Count < plan.Window)
        {
            window.AddRange(await TakeAsync(simulation, 32));
        }

        var others = window.Where(item => SliceMessage.TryDecode(item.Body, out _)!.First >= plan.Layout.ChunksPerPage).ToList();
        foreach (var item in others)
        {
            await worker.GetRequiredService<SliceExecutor>().RunAsync(item, new StageSimulation.Signal(simulation), CancellationToken.None);
        }

        for (var slice = 0; slice < 1500; slice++)
        {
            await simulation.DeliverOneAsync(worker);
        }

        Assert.Equal(8, window.Count - others.Count);
        var watch = await CountWatchAsync(simulation, worker, calls);

        var pagesOfWindow = plan.Window * plan.Layout.ChunksPerSlice / plan.Layout.ChunksPerPage;
        Assert.True(watch.Calls <= (4 * (pagesOfWindow + 2)) + 4, $"{watch.Calls} calls");
        Assert.True(watch.State.Slices.Count <= plan.Window, $"{watch.State.Slices.Count} slices remembered");
    }

    [Fact]
    public async Task Watch_PageBehindOneThatHangs_IsLookedAtToo()
    {
        // Slices of 1, pages of 2, a window of 4: slices 0 and 1 hang, 2 and 3 end and let 6 and 7 through, whose messages are lost.
        var options = new StageOptions { ChunksPerSlice = 1, ChunksPerPage = 2, MaxInFlightChunks = 4 };
        var csv = StageBench.Csv("n\n" + string.Concat(Enumerable.Range(1, 12).Select(number => $"{number}\n")));
        var simulation = new StageSimulation(csv, StageBench.Source(1), options);
        var worker = simulation.Worker();
        await simulation.PlanAsync(worker);
        await simulation.PublishAsync(worker);

        // Published at once, so in any order.
        foreach (var item in await TakeAsync(simulation, 4))
        {
            if (SliceMessage.TryDecode(item.Body, out _)!.First >= 2)
            {
                await worker.GetRequiredService<SliceExecutor>().RunAsync(item, new StageSimulation.Signal(simulation), CancellationToken.None);
            }
        }

        var step = await simulation.WatchAsync(worker);

        Assert.Equal([0, 1, 6, 7], step.State.Slices.Keys.Order());
    }

    private static byte[] Dataset()
    {
        var text = new StringBuilder("n\n");
        for (var number = 0; number < Chunks; number++)
        {
            text.Append("1\n");
        }

        return StageBench.Csv(text.ToString());
    }

    private static ServiceProvider Worker(StageSimulation simulation, FaultPlan calls, Action? onRow = null) => simulation.Worker(calls, services =>
    {
        services.Replace(ServiceDescriptor.Singleton<ITableStore>(new AlteredTables(new FaultyTableStore(simulation.Storage.Tables, calls)) { Query = QueryAsync }));
        services.RemoveAll<IStageRunner>();
        services.AddSingleton<IStageRunner>(new StageRunner<long, long>(nameof(SumStage), new CountStage(simulation)));

        async IAsyncEnumerable<TableRow> QueryAsync(ITableStore tables, string table, TableQuery query)
        {
            await foreach (var row in tables.QueryAsync(table, query, CancellationToken.None))
            {
                onRow?.Invoke();
                yield return row;
            }
        }
    });

    private static async Task<(int Peak, int Processed, long FirstRows, long LastRows)> RunAsync(
        StageSimulation simulation, ServiceProvider worker, Func<long> rows, int everyLostLease)
    {
        var (peak, processed, passes, firstRows, lastRows) = (0, 0, 0, 0L, 0L);
        simulation.Poison = _ => processed++;
        var slices = simulation.Plan!.Layout.SliceCount;
        var before = rows();
        while (true)
        {
            var loses = everyLostLease > 0 && passes % everyLostLease == everyLostLease - 1;
            if (!await simulation.DeliverOneAsync(worker, settle: !loses))
            {
                break;
            }

            if (loses)
            {
                simulation.LoseLeases();
            }

            passes++;
            peak = Math.Max(peak, simulation.MessageCount);
            if (passes == slices / 4)
            {
                firstRows = rows() - before;
            }
            else if (passes == slices / 4 * 3)
            {
                before = rows();
            }
            else if (passes == slices / 4 * 4)
            {
                lastRows = rows() - before;
            }
        }

        return (peak, processed, firstRows, lastRows);
    }

    private static async Task<(WatchFinding Found, WatchState State, int Calls)> CountWatchAsync(
        StageSimulation simulation, ServiceProvider worker, FaultPlan calls)
    {
        var before = calls.Calls.Count;
        var step = await simulation.WatchAsync(worker);
        return (step.Found, step.State, calls.Calls.Count - before);
    }

    private static async Task<IReadOnlyList<QueueItem>> TakeAsync(StageSimulation simulation, int count) =>
        await ((IQueueStore)simulation.Storage.Queues).ReceiveAsync(StorageNames.ChunksQueue, count, TimeSpan.FromHours(1), CancellationToken.None);

    private sealed class CountStage(StageSimulation simulation) : IStage<long, long>
    {
        public long Empty() => 0;

        public ValueTask<long> ProcessAsync(RecordReader records, CancellationToken cancellationToken)
        {
            simulation.Poison?.Invoke(0);
            var count = 0L;
            while (records.Read())
            {
                count++;
            }

            return ValueTask.FromResult(count);
        }

        public long Combine(long left, long right) => left + right;

        public long Finish(long total) => total;
    }
}
