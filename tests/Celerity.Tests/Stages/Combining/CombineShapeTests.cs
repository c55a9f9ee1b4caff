using System.Globalization;
using Celerity.Runs;
using Celerity.Stages;
using Celerity.Storage;
using Celerity.TestKit.Faults;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Xunit;

namespace Celerity.Tests.Stages.Combining;

/// <summary>Partial results are joined in an order that follows from the layout alone: the same bytes whatever befell the run, also of sums that are rounded.</summary>
public sealed class CombineShapeTests
{
    private const int Chunks = 61;
    private const int ChunksPerSlice = 4;

    private static readonly string Expected = Shape(Enumerable.Range(1, Chunks).Select(RoundedSums.ValueOf)).ToString("R", CultureInfo.InvariantCulture);

    [Fact]
    public void Sums_InAnotherOrder_AreOthers()
    {
        var values = Enumerable.Range(1, Chunks).Select(RoundedSums.ValueOf).ToList();

        Assert.NotEqual(Expected, values.Sum().ToString("R", CultureInfo.InvariantCulture));
        Assert.NotEqual(Expected, values.AsEnumerable().Reverse().Sum().ToString("R", CultureInfo.InvariantCulture));
    }

    [Theory]
    [InlineData(30)]
    [InlineData(0)]
    public async Task Combine_StepsOfAnyLength_GiveTheSameBytes(int stepSeconds)
    {
        var (simulation, sums) = Make(TimeSpan.FromSeconds(stepSeconds));
        var worker = Worker(simulation, sums);
        await StartAsync(simulation, worker);
        await simulation.DrainAsync(worker);

        Assert.Equal(Expected, (await simulation.CombineAsync(worker)).Result);
        Assert.Equal(stepSeconds == 0 ? 15 : 0, simulation.Storage.Blobs.List(StorageNames.ManifestsContainer).Count(name => name.Contains("/totals/", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Combine_SlicesThatCameApart_GiveTheSameBytes()
    {
        var (simulation, sums) = Make(TimeSpan.Zero);
        var worker = Worker(simulation, sums);
        var failed = new HashSet<int>();
        sums.OnChunk = number =>
        {
            if (number % 7 == 0 && failed.Add(number))
            {
                throw new InvalidOperationException("not yet");
            }
        };
        await StartAsync(simulation, worker);
        await simulation.DrainAsync(worker);

        Assert.Equal(Chunks / 7, failed.Count);
        Assert.Equal(Expected, (await simulation.CombineAsync(worker)).Result);
    }

    [Fact]
    public async Task Combine_WorkersThatWereKilled_GiveTheSameBytes()
    {
        var (simulation, sums) = Make(TimeSpan.Zero);
        await StartAsync(simulation, Worker(simulation, sums));

        // The third time that a slice comes its chunks go on alone.
        for (var kill = 0; kill < 2; kill++)
        {
            for (var slice = 0; slice < simulation.Plan!.Window; slice++)
            {
                var process = new FaultPlan();
                sums.OnChunk = _ => process.Kill("in the middle of a chunk");
                await Assert.ThrowsAsync<ProcessKilledException>(() => simulation.DeliverOneAsync(Worker(simulation, sums, process)));
            }

            simulation.LoseLeases();
        }

        sums.OnChunk = null;
        await simulation.DrainAsync(Worker(simulation, sums));

        Assert.Equal(Expected, (await simulation.CombineAsync(Worker(simulation, sums))).Result);
    }

    [Fact]
    public async Task Combine_ChunksThatWereTakenOver_GiveTheSameBytes()
    {
        var (simulation, sums) = Make(TimeSpan.Zero);
        var worker = Worker(simulation, sums);
        sums.OnChunk = number => _ = number % 10 == 3 ? throw new ArgumentException("bad") : 0;
        await StartAsync(simulation, worker);
        await simulation.DrainAsync(worker);
        var broken = await simulation.CombineAsync(worker);
        Assert.Equal(6, broken.FailedChunks);
        await simulation.EndAsync(worker);

        sums.OnChunk = null;
        await simulation.RestartAsync(worker, RunRestart.Failed);
        await StartAsync(simulation, worker);
        await simulation.DrainAsync(worker);

        Assert.NotEqual(Expected, broken.Result);
        Assert.Equal(Expected, (await simulation.CombineAsync(worker)).Result);
    }

    // Slice by slice, and within a slice chunk by chunk.
    private static double Shape(IEnumerable<double> values) =>
        values.Chunk(ChunksPerSlice).Select(slice => slice.Aggregate((left, right) => left + right)).Aggregate(0.0, (left, right) => left + right);

    private static (StageSimulation Simulation, RoundedSums Sums) Make(TimeSpan step)
    {
        var options = new StageOptions { ChunksPerSlice = ChunksPerSlice, ChunksPerPage = 12, MaxInFlightChunks = 24, FirstChunks = 8, CombineStep = step };
        var csv = StageBench.Csv("n\n" + string.Concat(Enumerable.Range(1, Chunks).Select(number => $"{number}\n")));
        return (new StageSimulation(csv, StageBench.Source(1), options), new RoundedSums());
    }

    private static ServiceProvider Worker(StageSimulation simulation, RoundedSums sums, FaultPlan? process = null) => simulation.Worker(process, services =>
    {
        services.RemoveAll<IStageRunner>();
        services.AddSingleton<IStageRunner>(new StageRunner<double, double>(nameof(SumStage), sums));
    });

    private static async Task StartAsync(StageSimulation simulation, IServiceProvider worker)
    {
        await simulation.PlanAsync(worker);
        await simulation.PublishAsync(worker);
    }
}
