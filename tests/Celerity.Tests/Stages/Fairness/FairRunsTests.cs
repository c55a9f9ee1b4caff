using System.Threading.Channels;
using Celerity.Stages;
using Celerity.Storage;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Xunit;

namespace Celerity.Tests.Stages.Fairness;

/// <summary>A giant run does not hold up a small one.</summary>
public sealed class FairRunsTests
{
    private static readonly TimeSpan SliceTime = TimeSpan.FromSeconds(1);

    [Fact]
    public async Task SmallRun_BehindAGiant_TakesAtMostTwiceItsTime()
    {
        var options = new StageOptions { ChunksPerSlice = 4, ChunksPerPage = 32, MaxInFlightChunks = 200, FirstChunks = 20 };
        var alone = Small(options);
        await StartAsync(alone, alone.Worker());
        var expected = await RunToEndAsync(alone, alone.Worker());

        var giant = new StageSimulation(Numbers(2000, first: 1), StageBench.Source(1), options);
        var worker = giant.Worker();
        await StartAsync(giant, worker);
        for (var slice = 0; slice < 10; slice++)
        {
            await giant.DeliverOneAsync(worker);
        }

        var small = Small(options, giant);
        await StartAsync(small, worker);
        var took = await RunToEndAsync(small, worker);

        Assert.True(took <= 2 * expected, $"{took} beside a giant, {expected} alone");
        Assert.Equal(50, giant.MessageCount);
    }

    [Fact]
    public async Task Slices_ManyOfAGiantAreInTheProcess_SmallRunsSliceIsNext()
    {
        var options = new StageOptions { ChunksPerSlice = 1, MaxInFlightChunks = 1000 };
        var cores = Environment.ProcessorCount;
        var started = Channel.CreateUnbounded<(int Number, TaskCompletionSource End)>();
        var giant = new StageSimulation(Numbers(6 * cores, first: 1), StageBench.Source(1), options);
        var worker = giant.Worker(configure: services =>
        {
            services.RemoveAll<IStageRunner>();
            services.AddSingleton<IStageRunner>(new StageRunner<long, long>(nameof(SumStage), new SteppedStage(started.Writer)));
        });
        var small = new StageSimulation(Numbers(1, first: 0), Named("small"), options, beside: giant);
        await StartAsync(giant, worker);
        var passes = Enumerable.Range(0, 6 * cores).Select(_ => giant.DeliverOneAsync(worker)).ToList();
        await StartAsync(small, worker);
        passes.Add(small.DeliverOneAsync(worker));

        var numbers = new List<int>();
        while (numbers is [] || numbers[^1] != 0)
        {
            var (number, end) = await started.Reader.ReadAsync(TestContext.Current.CancellationToken);
            numbers.Add(number);
            if (numbers.Count >= cores)
            {
                end.SetResult();
            }
        }

        // Those that ran or had their bytes before it, and not all that came before it.
        Assert.True(numbers.Count <= (2 * cores) + 2, $"the small run was number {numbers.Count}");
    }

    private static StageSimulation Small(StageOptions options, StageSimulation? beside = null) =>
        new(Numbers(16, first: 5000), Named("small"), options, beside: beside);

    private static DatasetSource Named(string blob) => StageBench.Source(1) with { Blob = blob };

    private static byte[] Numbers(int count, int first) =>
        StageBench.Csv("n\n" + string.Concat(Enumerable.Range(first, count).Select(number => $"{number}\n")));

    private static async Task StartAsync(StageSimulation simulation, IServiceProvider worker)
    {
        await simulation.PlanAsync(worker);
        await simulation.PublishAsync(worker);
    }

    // One worker with one core that takes a message of each queue in turn, as its two functions do.
    private static async Task<TimeSpan> RunToEndAsync(StageSimulation simulation, IServiceProvider worker)
    {
        var started = simulation.Time.GetUtcNow();
        while (simulation.Signals == 0)
        {
            foreach (var queue in new[] { StorageNames.BulkQueue, StorageNames.ChunksQueue })
            {
                if (simulation.Signals == 0 && await simulation.DeliverOneAsync(worker, queue))
                {
                    simulation.Time.Advance(SliceTime);
                }
            }
        }

        return simulation.Time.GetUtcNow() - started;
    }

    /// <summary>Says when a chunk has started, and ends it when it is told.</summary>
    private sealed class SteppedStage(ChannelWriter<(int Number, TaskCompletionSource End)> started) : IStage<long, long>
    {
        public long Empty() => 0;

        public async ValueTask<long> ProcessAsync(RecordReader records, CancellationToken cancellationToken)
        {
            _ = records.Read();
            _ = records.TryGetInt32(0, out var number);
            var end = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            await started.WriteAsync((number, end), cancellationToken);
            await end.Task.WaitAsync(cancellationToken);
            return number;
        }

        public long Combine(long left, long right) => left + right;

        public long Finish(long total) => total;
    }
}
