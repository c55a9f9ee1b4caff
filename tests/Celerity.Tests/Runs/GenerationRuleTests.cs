using System.Text;
using Celerity.Runs;
using Celerity.Stages;
using Celerity.Stages.Ledger;
using Celerity.Stages.Planning;
using Celerity.Stages.Slices;
using Celerity.Storage;
using Celerity.TestKit.Faults;
using Celerity.Tests.Protocol;
using Celerity.Tests.Stages;
using Celerity.Tests.Tasks.Model;
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
    public async Task Takeover_DatasetChangesBetweenTheLookOfOneAndTheDecisionOfAnother_BothPlanAnew()
    {
        var bench = await GenerationBench.WithFailuresAsync();
        await bench.Stage.RestartAsync(bench.Worker, RunRestart.Failed);
        var request = RequestOf(bench);
        var theirs = default(PlanStep);
        var mine = bench.Stage.Worker(configure: services => StageMutation.Decorate<ITableStore>(services, tables => new AlteredTables(tables)
        {
            Insert = async (inner, table, row) =>
            {
                if (row.RowKey == "takeover" && theirs is null)
                {
                    await ((IBlobStore)bench.Stage.Storage.Blobs).WriteAsync("data", "set", Encoding.UTF8.GetBytes("n\n7\n8\n"), Cancel);
                    theirs = await PlanAsync(PlannerOf(bench), request);
                }

                return await inner.TryInsertAsync(table, row, Cancel);
            },
        })).GetRequiredService<StagePlanner>();

        var step = await PlanAsync(mine, request);

        Assert.Equal((1, false), (theirs!.Plan?.Layout.ChunkCount, theirs.Plan?.IsComplete));
        Assert.Equal(theirs.Plan!.ETag, step.Plan?.ETag);
        Assert.Empty(await bench.Worker.GetRequiredService<StageLedger>().ReadPageAsync(bench.Stage.Key, 0, Cancel));
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
        var layout = bench.Stage.Plan!.Layout;
        await bench.Stage.EndAsync(bench.Worker, StageFault.Cancelled);
        await bench.Stage.RestartAsync(bench.Worker, RunRestart.Failed);
        var runs = bench.Worker.GetRequiredService<RunStore>();
        var theirs = default(StageRecord);

        // An activity that runs twice at once: the other is through when the first has read all, and a late slice has ended in between.
        var mine = bench.Stage.Worker(configure: services => StageMutation.Decorate<ITableStore>(services, tables => new AlteredTables(tables)
        {
            Insert = async (inner, table, row) =>
            {
                if (table == StorageNames.RunsTable && theirs is null)
                {
                    var late = Enumerable.Range(12, 6).Select(chunk => new ChunkEnd { Chunk = chunk, Records = 2 });
                    await bench.Worker.GetRequiredService<StageLedger>().InsertMissingAsync(first, layout, [.. late], Cancel);
                    await bench.Stage.PlanAsync(bench.Stage.Worker());
                    theirs = await runs.FindStageAsync(bench.Stage.Key, Cancel);
                }

                return await inner.TryInsertAsync(table, row, Cancel);
            },
        }));

        await bench.Stage.PlanAsync(mine);

        Assert.Equal(theirs!.Slices, (await runs.FindStageAsync(bench.Stage.Key, Cancel))!.Slices);
        Assert.DoesNotContain(4, theirs.Order.First(100));
        Assert.False(bench.Stage.Plan!.IsComplete);
    }

    [Fact]
    public async Task Gate_HasReadTheOldGeneration_LetsTheNewThrough()
    {
        var bench = await GenerationBench.WithFailuresAsync();
        var gate = bench.Stage.Worker().GetRequiredService<RunGate>();
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

    [Fact]
    public async Task DeadChunk_OthersEndTheRunBeforeItsLetter_LetterIsWrittenAllTheSame()
    {
        var bench = new GenerationBench();
        await bench.Stage.PlanAsync(bench.Worker);
        await bench.Stage.PublishAsync(bench.Worker);

        // Between the rows of the first slice and its letters: the send of the slice that its end lets through.
        var worker = bench.Stage.Worker(configure: services => StageMutation.Decorate<IQueueStore>(services, queues => new HeldSends(queues, async token =>
        {
            await bench.Stage.EndAsync(bench.Stage.Worker());
            var isCancelled = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            await using var registration = token.Register(isCancelled.SetResult);
            bench.Stage.Time.Advance(RunGate.Freshness);
            await isCancelled.Task.WaitAsync(TimeSpan.FromSeconds(30), Cancel);
        })));
        while (await bench.Stage.DeliverOneAsync(worker))
        {
        }

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

    /// <summary>Holds the send of the third slice.</summary>
    private sealed class HeldSends(IQueueStore inner, Func<CancellationToken, Task> hold) : IQueueStore
    {
        public async ValueTask SendAsync(string queue, string body, TimeSpan delay, CancellationToken cancellationToken)
        {
            if (SliceMessage.TryDecode(body, out _) is { First: 6 })
            {
                await hold(cancellationToken);
            }

            cancellationToken.ThrowIfCancellationRequested();
            await inner.SendAsync(queue, body, delay, cancellationToken);
        }

        public ValueTask<IReadOnlyList<QueueItem>> ReceiveAsync(string queue, int limit, TimeSpan lease, CancellationToken cancellationToken) =>
            inner.ReceiveAsync(queue, limit, lease, cancellationToken);

        public ValueTask<bool> TryDeleteAsync(string queue, QueueItem item, CancellationToken cancellationToken) => inner.TryDeleteAsync(queue, item, cancellationToken);

        public ValueTask<int> CountAsync(string queue, CancellationToken cancellationToken) => inner.CountAsync(queue, cancellationToken);
    }

    private static async Task<PlanStep> PlanAsync(StagePlanner planner, PlanRequest request)
    {
        var step = await planner.StepAsync(request, Cancel);
        while (step.Cursor is not null || step.Takeover is not null)
        {
            step = await planner.StepAsync(request with { Cursor = step.Cursor, Takeover = step.Takeover }, Cancel);
        }

        return step;
    }

    private static StagePlanner PlannerOf(GenerationBench bench) => bench.Stage.Worker().GetRequiredService<StagePlanner>();

    private static PlanRequest RequestOf(GenerationBench bench) => new(bench.Stage.Key, nameof(SumStage), StageBench.Source(2), Tolerance.Default, null);
}
