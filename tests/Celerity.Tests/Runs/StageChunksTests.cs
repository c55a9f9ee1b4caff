using Celerity.Runs;
using Celerity.Stages;
using Celerity.TestKit.Faults;
using Celerity.Tests.Stages;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Celerity.Tests.Runs;

/// <summary>Which chunks of a stage have ended, and at how many requests that is told.</summary>
public sealed class StageChunksTests
{
    [Fact]
    public async Task Find_OfAStageAtWork_TellsEachChunk()
    {
        var stage = new LimitedStage(20, new StageOptions { ChunksPerSlice = 1, ChunksPerPage = 6, MaxInFlightChunks = 20 }) { OnStart = number => _ = number == 9 ? throw new ArgumentException("bad") : 0 };
        await stage.BeginAsync();
        await stage.DeliverAsync(14);

        var view = (await FindAsync(stage))!;

        Assert.Equal(20, view.Chunks);
        Assert.Equal(Enumerable.Range(0, 20), view.Cells.Select(cell => cell.From));
        Assert.All(view.Cells, cell => Assert.Equal(cell.From, cell.To));
        Assert.Equal(14, view.Cells.Sum(cell => cell.Done));
        var started = stage.Starts.Select(start => start.Number - 1).ToHashSet();
        Assert.Equal(started.Order(), view.Cells.Where(cell => cell.Done == 1).Select(cell => cell.From));
        Assert.Equal(started.Contains(8) ? [8] : [], view.Cells.Where(cell => cell.Failed == 1).Select(cell => cell.From));
    }

    [Fact]
    public async Task Find_OfAStageWithManyPages_TellsEachPage_AtABoundedNumberOfRequests()
    {
        var stage = new LimitedStage(600, new StageOptions { ChunksPerSlice = 1, ChunksPerPage = 6, MaxInFlightChunks = 600 }) { OnStart = number => _ = number % 6 == 1 ? throw new ArgumentException("bad") : 0 };
        await stage.BeginAsync();
        await stage.DeliverAsync();
        var calls = new FaultPlan();

        var view = (await FindAsync(stage, calls))!;

        Assert.Equal(Enumerable.Range(0, 100).Select(page => new ChunkRange(page * 6, (page * 6) + 5, 6, 1, 0)), view.Cells);

        // The run's rows and the root.
        Assert.Equal(2, calls.Calls.Count);
    }

    [Fact]
    public async Task Find_OfAStageThatWasTakenOver_LooksWhereItsChunksLie()
    {
        var bench = await GenerationBench.WithFailuresAsync();
        await bench.Stage.RestartAsync(bench.Worker, RunRestart.Failed);
        await bench.PlanAndDrainAsync();

        var view = (await bench.Stage.Worker().GetRequiredService<StageChunks>().FindAsync(bench.Stage.Key.Run, 1, CancellationToken.None))!;

        Assert.Equal((20, 0), (view.Cells.Sum(cell => cell.Done), view.Cells.Sum(cell => cell.Failed)));
    }

    [Fact]
    public async Task Find_OfAStageThatIsNone_IsNull()
    {
        var stage = new LimitedStage(20);
        await stage.BeginAsync();
        var chunks = stage.Worker.GetRequiredService<StageChunks>();

        Assert.Null(await chunks.FindAsync(stage.Simulation.Key.Run, 2, CancellationToken.None));
        Assert.Null(await chunks.FindAsync("00000000000000000000000000000000", 1, CancellationToken.None));
    }

    private static async Task<StageChunksView?> FindAsync(LimitedStage stage, FaultPlan? calls = null) =>
        await (calls is null ? stage.Simulation.Worker() : stage.Simulation.Worker(calls)).GetRequiredService<StageChunks>().FindAsync(stage.Simulation.Key.Run, 1, CancellationToken.None);
}
