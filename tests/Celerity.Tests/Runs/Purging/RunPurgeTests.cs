using Celerity.Runs;
using Celerity.Runs.Purging;
using Celerity.Stages.Slices;
using Celerity.Storage;
using Celerity.TestKit.Faults;
using Celerity.Tests.DeadLetters;
using Celerity.Tests.Stages;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Celerity.Tests.Runs.Purging;

/// <summary>A run that is purged leaves nothing but its audit, whatever dies and whoever is late.</summary>
public sealed class RunPurgeTests
{
    [Fact]
    public async Task Purge_OfAnEndedRun_SaysWhatItDeletesAndLeavesNothing()
    {
        var bench = await PurgeBench.EndedAsync();
        Assert.Equal(3, (await bench.Runs.LettersAsync()).Count);

        var run = await bench.Purge().MarkAsync(bench.Run, PurgeBench.Note, CancellationToken.None);
        var count = await bench.Purge().BeginAsync(bench.Run, bench.Instances, CancellationToken.None);

        Assert.Equal(RunState.Purging, run.State);
        Assert.Equal((3, 6), (count.Letters, count.Instances));
        Assert.InRange(count.Blobs, StorageNames.Containers.Count, 40);
        Assert.InRange(count.Rows, 38, 80);
        Assert.Equal("CEL0362", (await Assert.ThrowsAsync<CelerityException>(() => bench.Runs.Stage.RestartAsync(bench.Runs.Worker, RunRestart.Failed, "third"))).Code);
        await bench.MaintainAsync();

        Assert.Empty(await bench.LeftAsync());
        var audit = (await bench.Runs.Stage.Worker().GetRequiredService<IAppControl>().ListAuditAsync()).Records;
        Assert.Single(audit, record => record.What == "runs.purge" && record.Target == bench.Run && record.Who == "ada");
        Assert.Equal("CEL0313", (await Assert.ThrowsAsync<CelerityException>(() => bench.Purge().MarkAsync(bench.Run, PurgeBench.Note, CancellationToken.None).AsTask())).Code);
    }

    [Fact]
    public async Task Purge_OfARunAtWork_IsRefused()
    {
        var stage = new LimitedStage(3);

        Assert.Equal("CEL0345", (await Assert.ThrowsAsync<CelerityException>(
            () => stage.Worker.GetRequiredService<RunPurge>().MarkAsync(stage.Simulation.Key.Run, PurgeBench.Note, CancellationToken.None).AsTask())).Code);
    }

    [Fact]
    public async Task Purge_AnyFaultAtAnyCall_LeavesNothing()
    {
        // Where its request dies before the run is marked, or before the note, there may be nothing to go on with.
        await EveryFault.PlayAsync(async plan =>
        {
            var bench = await PurgeBench.EndedAsync();
            var worker = bench.Runs.Stage.Worker(plan);
            for (var isAnswered = false; !isAnswered;)
            {
                try
                {
                    await bench.Purge(worker).MarkAsync(bench.Run, PurgeBench.Note, CancellationToken.None);
                    await bench.Purge(worker).BeginAsync(bench.Run, bench.Instances, CancellationToken.None);
                    isAnswered = true;
                }
                catch (Exception exception) when (plan.HasFired && EveryFault.IsPlanned(exception))
                {
                    worker = plan.IsDead ? bench.Runs.Stage.Worker() : worker;

                    // Nobody asks again where the note is written: then maintenance sees to it.
                    isAnswered = (await bench.AllAsync(StorageNames.ControlTable)).Any(row => row.PartitionKey == PurgeNote.All.PartitionKey);
                }
            }

            await bench.MaintainAsync();
            Assert.Empty(await bench.LeftAsync());
        });
    }

    [Theory]
    [InlineData("table.Find", StorageNames.DeadLettersTable)]
    [InlineData("table.TryDeleteAll", StorageNames.RunsTable)]
    public async Task Maintenance_KilledInTheMiddle_IsGoneOnWith(string call, string table)
    {
        var plan = new FaultPlan(new SeamCall(0, $"{call} {table}", 1), FaultKind.KillBefore);
        await MaintainAsync(plan);
        Assert.True(plan.HasFired);
    }

    [Fact]
    public Task Maintenance_AnyFaultAtAnyCall_LeavesNothing() => EveryFault.PlayAsync(MaintainAsync);

    private static async Task MaintainAsync(FaultPlan plan)
    {
        var bench = await PurgeBench.EndedAsync();
        await bench.Purge().MarkAsync(bench.Run, PurgeBench.Note, CancellationToken.None);
        bench.Runs.Stage.Time.Advance(RunPurge.Left);
        var row = (await bench.AllAsync(StorageNames.ControlTable)).Single(row => row.PartitionKey == PurgeNote.All.PartitionKey);
        try
        {
            await bench.Purge(bench.Runs.Stage.Worker(plan)).GoOnAsync(PurgeNote.From(row), bench.Instances, CancellationToken.None);
        }
        catch (Exception exception) when (plan.HasFired && EveryFault.IsPlanned(exception))
        {
            // It comes again in a minute.
        }

        await bench.MaintainAsync(rounds: 2);
        Assert.Empty(await bench.LeftAsync());
    }

    [Fact]
    public async Task Purge_ALetterIsWrittenAfterTheFirstSweep_TheLastTakesItAlong()
    {
        var bench = await PurgeBench.EndedAsync();
        var letter = (await bench.Runs.LettersAsync())[0];
        await bench.Purge().MarkAsync(bench.Run, PurgeBench.Note, CancellationToken.None);
        await bench.Purge().BeginAsync(bench.Run, bench.Instances, CancellationToken.None);
        Assert.Empty(await bench.Runs.LettersAsync());

        // By a process that had read the ledger before.
        await bench.Runs.Stage.Worker().GetRequiredService<IDeadLetters>().ImportAsync(new[] { letter }.ToAsyncEnumerable());
        Assert.Single(await bench.Runs.LettersAsync());
        await bench.MaintainAsync();

        Assert.Empty(await bench.LeftAsync());
    }

    [Fact]
    public async Task Purge_OfARunThatHasJustEnded_WaitsForWhoHeedsNoCancel()
    {
        var bench = await PurgeBench.EndedAsync();
        await bench.Purge().MarkAsync(bench.Run, PurgeBench.Note, CancellationToken.None);
        await bench.Purge().BeginAsync(bench.Run, bench.Instances, CancellationToken.None);
        await bench.MaintainAsync(rounds: 2);

        IBlobStore blobs = bench.Runs.Stage.Storage.Blobs;
        await blobs.WriteAsync(StorageNames.ManifestsContainer, $"{bench.Run}/g2/s1/copy", new byte[1], CancellationToken.None);
        await bench.MaintainAsync();

        Assert.Empty(await bench.LeftAsync());
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task LateSlice_OfARunThatIsPurged_WritesNothing(bool isGone)
    {
        var (bench, message) = await WithoutLetterAsync();
        await bench.Purge().MarkAsync(bench.Run, PurgeBench.Note, CancellationToken.None);
        if (isGone)
        {
            await bench.MaintainAsync();
        }

        var worker = bench.Runs.Stage.Worker();
        var item = new QueueItem("late", "", 2, message);
        await worker.GetRequiredService<SliceExecutor>().RunAsync(item, new StageSimulation.Signal(bench.Runs.Stage), CancellationToken.None);
        await worker.GetRequiredService<SliceDrain>().SettleAsync(item, new StageSimulation.Signal(bench.Runs.Stage), CancellationToken.None);

        Assert.Empty(await bench.Runs.LettersAsync());
        await bench.MaintainAsync();
        Assert.Empty(await bench.LeftAsync());
    }

    [Fact]
    public async Task LateFinish_OfARunThatIsGone_WritesNoBlob()
    {
        var bench = await PurgeBench.EndedAsync();
        await bench.Purge().MarkAsync(bench.Run, PurgeBench.Note, CancellationToken.None);
        await bench.MaintainAsync();

        await bench.Runs.Stage.EndAsync(bench.Runs.Stage.Worker());

        Assert.Empty(await bench.LeftAsync());
    }

    [Fact]
    public async Task Purge_InstancesAtWork_AreTerminatedBeforeAnythingIsTakenForGone()
    {
        var bench = await PurgeBench.EndedAsync();
        bench.Instances.AtWork.Add($"{bench.Run}.g2.p");
        await bench.Purge().MarkAsync(bench.Run, PurgeBench.Note, CancellationToken.None);

        await bench.MaintainAsync(rounds: 6);
        Assert.Contains(await bench.LeftAsync(), left => left.StartsWith(StorageNames.RunsTable, StringComparison.Ordinal));

        await bench.MaintainAsync();
        Assert.Empty(await bench.LeftAsync());
    }

    [Fact]
    public async Task Purge_TheRunIsStartedAgainAfterTheNoteAndHasEnded_Stays()
    {
        var bench = await PurgeBench.EndedAsync();
        await new PurgeNote(bench.Run, 2, "", bench.Runs.Stage.Time.GetUtcNow()).WriteAsync(bench.Tables, CancellationToken.None);
        await bench.Runs.Stage.RestartAsync(bench.Runs.Stage.Worker(), RunRestart.Failed, "third");
        bench.Runs.Bad.Clear();

        var end = await bench.Runs.GoOnAsync();

        await bench.MaintainAsync();

        Assert.Equal(0, end.FailedChunks);
        Assert.Equal(RunState.SucceededWithErrors, (await bench.Runs.Stage.Worker().GetRequiredService<RunStore>().FindAsync(bench.Run, CancellationToken.None))?.State);
        Assert.DoesNotContain(await bench.AllAsync(StorageNames.ControlTable), row => row.PartitionKey == PurgeNote.All.PartitionKey);
    }

    [Fact]
    public async Task Purge_OfLettersThatAReplayIsAt_WaitsForIt()
    {
        var bench = await PurgeBench.EndedAsync();
        var letters = bench.Runs.Stage.Worker().GetRequiredService<IDeadLetters>();
        var action = await letters.PurgeAsync(new DeadLetterFilter { Run = bench.Run }, PurgeBench.Note);
        foreach (var row in (await bench.AllAsync(StorageNames.DeadLettersTable)).Where(row => row.RowKey == "!group" ? false : row.Values.ContainsKey("chunk")))
        {
            await bench.Tables.TryReplaceAsync(
                StorageNames.DeadLettersTable, row with { Values = new Dictionary<string, object>(row.Values) { ["action"] = action.Id } }, row.ETag, CancellationToken.None);
        }

        await bench.Purge().MarkAsync(bench.Run, PurgeBench.Note, CancellationToken.None);
        await bench.MaintainAsync();
        Assert.Equal(3, (await bench.Runs.LettersAsync()).Count);

        await letters.CancelActionAsync(action.Id, PurgeBench.Note);
        await bench.Runs.FinishAsync(action);
        await bench.MaintainAsync();
        Assert.DoesNotContain(await bench.LeftAsync(), left => !left.Contains(" actions ", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Purge_OfASmallRun_TakesThisManyRequests()
    {
        var bench = await PurgeBench.EndedAsync();
        var calls = new FaultPlan();
        await bench.Purge(bench.Runs.Stage.Worker(calls)).MarkAsync(bench.Run, PurgeBench.Note, CancellationToken.None);
        Assert.Equal(4, calls.Calls.Count);
        bench.Runs.Stage.Time.Advance(RunPurge.Left);
        var row = (await bench.AllAsync(StorageNames.ControlTable)).Single(row => row.PartitionKey == PurgeNote.All.PartitionKey);

        Assert.True(await bench.Purge(bench.Runs.Stage.Worker(calls)).GoOnAsync(PurgeNote.From(row), bench.Instances, CancellationToken.None));

        TestContext.Current.TestOutputHelper!.WriteLine(string.Join('\n', calls.Calls));
        Assert.InRange(calls.Calls.Count, 50, 90);
    }

    // A process wrote its slice's chunk down as dead and died before its letter; others have ended the run.
    private static async Task<(PurgeBench Bench, string Message)> WithoutLetterAsync()
    {
        var bench = await PurgeBench.EndedAsync();
        var letter = (await bench.Runs.LettersAsync()).First(letter => letter.SubjectId.Contains(".g2.", StringComparison.Ordinal));
        var message = System.Text.Encoding.UTF8.GetString((await bench.Runs.Stage.Worker().GetRequiredService<IDeadLetters>().FindAsync(letter.Id))!.Message!.Value.Span);
        await bench.Runs.FinishAsync(await bench.Runs.Stage.Worker().GetRequiredService<IDeadLetters>().PurgeAsync(new DeadLetterFilter { Run = bench.Run }, PurgeBench.Note));
        foreach (var row in (await bench.AllAsync(StorageNames.DeadLettersTable)).Where(row => row.PartitionKey == "actions"))
        {
            await bench.Tables.TryDeleteAsync(StorageNames.DeadLettersTable, row.PartitionKey, row.RowKey, row.ETag, CancellationToken.None);
        }

        Assert.Empty(await bench.Runs.LettersAsync());
        return (bench, message);
    }
}
