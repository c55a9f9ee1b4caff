using System.Text;
using Celerity.Runs;
using Celerity.Stages;
using Celerity.Stages.Ledger;
using Celerity.Stages.Planning;
using Celerity.Storage;
using Celerity.TestKit.Faults;
using Celerity.Tests.Stages;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Celerity.Tests.Runs;

/// <summary>What can come between two steps of a restart.</summary>
public sealed class GenerationRuleTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Takeover_DatasetChangesBetweenTwoTries_IsRefusedAndNotMixed()
    {
        var bench = await GenerationBench.WithFailuresAsync();
        await bench.Stage.RestartAsync(bench.Worker, RunRestart.Failed);
        var request = RequestOf(bench);

        // A step that copies the first page, and whose process dies before anybody knows of it.
        Assert.NotNull((await PlannerOf(bench).StepAsync(request, Cancel)).Takeover);
        await ((IBlobStore)bench.Stage.Storage.Blobs).WriteAsync("data", "set", Encoding.UTF8.GetBytes("n\n7\n8\n"), Cancel);
        var step = await PlannerOf(bench).StepAsync(request, Cancel);

        Assert.Equal(ErrorCodes.DatasetChanged, step.Fault?.Code);

        // The next generation finds it changed before it has copied anything, and plans anew.
        await bench.Stage.EndAsync(bench.Worker, step.Fault);
        bench.Bad.Clear();
        var end = await bench.RestartAsync(RunRestart.Failed, "third");
        Assert.Equal(new SumStage.Totals(15, "7;8;"), CelerityJson.Read<SumStage.Totals>(end.Result));
    }

    [Fact]
    public async Task Takeover_ASliceOfTheOldGenerationEndsBetweenTwoTries_OrderStays()
    {
        var bench = new GenerationBench();
        bench.Bad.Clear();
        await bench.Stage.PlanAsync(bench.Worker);
        await bench.Stage.PublishAsync(bench.Worker);
        Assert.True(await bench.Stage.DeliverOneAsync(bench.Worker));
        var first = bench.Stage.Key;
        await bench.Stage.EndAsync(bench.Worker, StageFault.Cancelled);
        await bench.Stage.RestartAsync(bench.Worker, RunRestart.Failed);
        await bench.Stage.PlanAsync(bench.Worker);
        var runs = bench.Worker.GetRequiredService<RunStore>();
        var order = (await runs.FindStageAsync(bench.Stage.Key, Cancel))!.Slices;

        // A slice of the first generation was late: its rows come now, and the activity is run again.
        var ledger = bench.Worker.GetRequiredService<StageLedger>();
        var layout = bench.Stage.Plan!.Layout;
        await ledger.InsertMissingAsync(
            first, layout, [.. Enumerable.Range(12, 6).Select(chunk => new ChunkEnd { Chunk = chunk, Records = 2 })], Cancel);
        var again = await bench.Stage.PlanAsync(bench.Stage.Worker());

        Assert.False(again.IsComplete);
        Assert.Equal(order, (await runs.FindStageAsync(bench.Stage.Key, Cancel))!.Slices);
    }

    [Fact]
    public async Task Gate_HasReadTheOldGeneration_LetsTheNewThrough()
    {
        var bench = await GenerationBench.WithFailuresAsync();
        var gate = bench.Worker.GetRequiredService<RunGate>();
        Assert.False(await gate.IsOpenAsync(bench.Stage.Key.Run, 1, Cancel));

        await bench.Stage.RestartAsync(bench.Stage.Worker(), RunRestart.Failed);

        Assert.True(await gate.IsOpenAsync(bench.Stage.Key.Run, 2, Cancel));
        Assert.False(await gate.IsOpenAsync(bench.Stage.Key.Run, 1, Cancel));
    }

    [Fact]
    public async Task DeadChunk_ProcessDiesBeforeItsLetterAndOthersEndTheRun_LetterIsWritten()
    {
        var bench = new GenerationBench();
        await bench.Stage.PlanAsync(bench.Worker);
        await bench.Stage.PublishAsync(bench.Worker);
        await Assert.ThrowsAsync<ProcessKilledException>(() => KilledAtLettersAsync(bench));
        Assert.Empty(await bench.LettersAsync());
        await bench.Stage.EndAsync(bench.Worker, StageFault.Cancelled);

        bench.Stage.Storage.Queues.LoseLeases(StorageNames.ChunksQueue);
        await bench.Stage.DrainAsync(bench.Stage.Worker());

        Assert.Equal(1, Assert.Single(await bench.LettersAsync()).Chunk);
    }

    // Delivers until somebody comes to write a letter, and dies there.
    private static async Task KilledAtLettersAsync(GenerationBench bench)
    {
        var worker = bench.Stage.Worker(new FaultPlan(new SeamCall(0, $"table.Find {StorageNames.DeadLettersTable}", 1), FaultKind.KillBefore));
        while (await bench.Stage.DeliverOneAsync(worker))
        {
        }
    }

    private static StagePlanner PlannerOf(GenerationBench bench) => bench.Stage.Worker().GetRequiredService<StagePlanner>();

    private static PlanRequest RequestOf(GenerationBench bench) => new(bench.Stage.Key, nameof(SumStage), StageBench.Source(2), Tolerance.Default, null);
}
