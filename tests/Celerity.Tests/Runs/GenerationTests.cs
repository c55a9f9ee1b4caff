using System.IO.Compression;
using System.Text;
using Celerity.Runs;
using Celerity.Stages;
using Celerity.Storage;
using Celerity.Tests.DeadLetters;
using Celerity.Tests.Stages;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Celerity.Tests.Runs;

/// <summary>A run that has ended starts again: what failed is run, what ended well is taken over, and the result is that of a run without failures.</summary>
public sealed class GenerationTests(ITestOutputHelper output)
{
    private const string Seen = "1;2;3;4;5;6;7;8;9;10;11;12;13;14;15;16;17;18;19;20;21;22;23;24;25;26;27;28;29;30;31;32;33;34;35;36;37;38;39;40;";

    [Fact]
    public async Task RetryFailed_TwoChunksFailed_RunsThemAndTakesAllOthersOver()
    {
        var bench = await GenerationBench.WithFailuresAsync();

        var end = await bench.RestartAsync(RunRestart.Failed);

        Assert.Equal([3, 27], bench.Ran);
        Assert.Equal((820, Seen), ResultOf(end.Result));
        Assert.Equal((40, 0), (end.Records, end.FailedChunks));
        var run = await bench.Worker.GetRequiredService<RunStore>().FindAsync(bench.Stage.Key.Run, TestContext.Current.CancellationToken);
        Assert.Equal((RunState.Succeeded, 2), (run!.State, run.Generation));
    }

    [Fact]
    public async Task RetryFailed_OfACopy_RunsThemFromTheCopyOfTheFirstGeneration()
    {
        using var packed = new MemoryStream();
        await using (var gzip = new GZipStream(packed, CompressionLevel.Fastest, leaveOpen: true))
        {
            await gzip.WriteAsync(GenerationBench.Dataset, TestContext.Current.CancellationToken);
        }

        var bench = await GenerationBench.WithFailuresAsync(packed.ToArray(), StageBench.Source(2) with { Compression = DatasetCompression.Gzip });

        var end = await bench.RestartAsync(RunRestart.Failed);

        Assert.Equal([3, 27], bench.Ran);
        Assert.Equal((820, Seen), ResultOf(end.Result));
    }

    [Fact]
    public async Task RetryFailed_OfManyBlobs_RunsThemByTheListOfTheFirstGeneration()
    {
        // "se" is the beginning of the blob that is there, and of what comes later.
        var bench = await GenerationBench.WithFailuresAsync(source: StageBench.Source(2) with { Blob = "", Prefix = "se" });
        await ((IBlobStore)bench.Stage.Storage.Blobs).WriteAsync("data", "sea", Encoding.UTF8.GetBytes("n\n1000\n"), TestContext.Current.CancellationToken);

        var end = await bench.RestartAsync(RunRestart.Failed);

        Assert.Equal([3, 27], bench.Ran);
        Assert.Equal((820, Seen), ResultOf(end.Result));
    }

    [Fact]
    public async Task RetryFailed_AnyFaultAtAnyCall_TakesTheSameOver()
    {
        var played = await EveryFault.PlayAsync(async plan =>
        {
            var bench = await GenerationBench.WithFailuresAsync();
            bench.Disturb(plan);

            var end = await bench.RestartAsync(RunRestart.Failed);

            Assert.Equal([3, 27], bench.Ran);
            Assert.Equal((820, Seen), ResultOf(end.Result));
            Assert.Equal(2, bench.Stage.Key.Generation);
            Assert.Equal(0, bench.Stage.Storage.Queues.Count(StorageNames.ChunksQueue));
            Assert.All(await bench.LettersAsync(), letter => Assert.Equal(DeadLetterState.Replayed, letter.State));
        });
        output.WriteLine($"{played} faults");
    }

    [Fact]
    public async Task RetryFailed_AfterCancelInTheMiddle_RunsWhatWasNeverReached()
    {
        var bench = new GenerationBench();
        await bench.Stage.PlanAsync(bench.Worker);
        await bench.Stage.PublishAsync(bench.Worker);
        Assert.True(await bench.Stage.DeliverOneAsync(bench.Worker));
        Assert.True(await bench.Stage.DeliverOneAsync(bench.Worker));
        await bench.Worker.GetRequiredService<RunLifecycle>().CancelAsync(bench.Stage.Key.Run, TestContext.Current.CancellationToken);
        await bench.Stage.EndAsync(bench.Worker, StageFault.Cancelled);
        bench.Bad.Clear();
        bench.Ran.Clear();

        var end = await bench.RestartAsync(RunRestart.Failed);

        Assert.Equal([3, 13, 15, 17, 19, 21, 23, 25, 27, 29, 31, 33, 35, 37, 39], bench.Ran);
        Assert.Equal((820, Seen), ResultOf(end.Result));
    }

    [Fact]
    public async Task RetryFailed_AnyFaultAfterCancelInTheMiddle_EndsWithTheSameBytes()
    {
        await EveryFault.PlayAsync(async plan =>
        {
            var bench = new GenerationBench();
            await bench.Stage.PlanAsync(bench.Worker);
            await bench.Stage.PublishAsync(bench.Worker);
            Assert.True(await bench.Stage.DeliverOneAsync(bench.Worker));
            Assert.True(await bench.Stage.DeliverOneAsync(bench.Worker));
            await bench.Stage.EndAsync(bench.Worker, StageFault.Cancelled);
            var done = bench.Ran.Except(bench.Bad).ToList();
            bench.Bad.Clear();
            bench.Ran.Clear();
            bench.Disturb(plan);

            var end = await bench.RestartAsync(RunRestart.Failed);

            Assert.Empty(bench.Ran.Intersect(done));
            Assert.Equal((820, Seen), ResultOf(end.Result));
        });
    }

    [Fact]
    public async Task Chunk_OneOfTwoThatFailed_RunsThatOneAlone_AndTheNextGenerationTheOther()
    {
        var bench = await GenerationBench.WithFailuresAsync();

        var second = await bench.RestartAsync(new RunRestart(RestartKind.Chunk, 1, 13), "one");

        Assert.Equal([27], bench.Ran);
        Assert.Equal(1, second.FailedChunks);
        Assert.Equal((820 - 3 - 4, Seen.Replace("3;4;5", "5", StringComparison.Ordinal)), ResultOf(second.Result));

        bench.Ran.Clear();
        var third = await bench.RestartAsync(RunRestart.Failed, "rest");

        Assert.Equal([3], bench.Ran);
        Assert.Equal((820, Seen), ResultOf(third.Result));
        Assert.Equal(3, bench.Stage.Key.Generation);
    }

    [Fact]
    public async Task Stage_RestartedFromIt_RunsAllOfItAgain()
    {
        var bench = await GenerationBench.WithFailuresAsync();

        var end = await bench.RestartAsync(new RunRestart(RestartKind.Stage, 1));

        Assert.Equal(20, bench.Ran.Count);
        Assert.Equal((820, Seen), ResultOf(end.Result));
    }

    [Fact]
    public async Task Stage_BeforeTheOneRestartedFrom_IsTakenOverWithItsFailures()
    {
        var bench = await GenerationBench.WithFailuresAsync();
        await PretendStageTwoAsync(bench);

        var end = await bench.RestartAsync(new RunRestart(RestartKind.Stage, 2));

        Assert.Empty(bench.Ran);
        Assert.True(bench.Stage.Plan!.IsComplete);
        Assert.Equal(2, end.FailedChunks);
    }

    [Fact]
    public async Task RetryFailed_GenerationBetweenNeverCameToTheStage_TakesOverFromTheOneBefore()
    {
        var bench = await GenerationBench.WithFailuresAsync();
        await bench.Stage.RestartAsync(bench.Worker, RunRestart.Failed, "first");
        await bench.Stage.EndAsync(bench.Worker, StageFault.Cancelled);

        var end = await bench.RestartAsync(RunRestart.Failed, "second");

        Assert.Equal([3, 27], bench.Ran);
        Assert.Equal((820, Seen), ResultOf(end.Result));
        Assert.Equal(3, bench.Stage.Key.Generation);
    }

    [Fact]
    public async Task RetryFailed_DatasetHasChanged_PlansAnew()
    {
        var bench = await GenerationBench.WithFailuresAsync();
        await UploadAsync(bench, "n\n7\n8\n");

        var end = await bench.RestartAsync(RunRestart.Failed);

        Assert.Equal((15, "7;8;"), ResultOf(end.Result));
    }

    [Fact]
    public async Task RetryFailed_ManyPages_CostsTwoRequestsAPageWithFailuresAndOneForAHundredWithout()
    {
        var bench = await GenerationBench.WithFailuresAsync();
        var record = new TestKit.Faults.FaultPlan();
        bench.Disturb(record);
        await bench.Stage.RestartAsync(bench.Worker, RunRestart.Failed);
        var before = record.Calls.Count;

        await bench.Stage.PlanAsync(bench.Worker);

        // Four pages, of which two hold the failures. One step a page here: each reads the run, the dataset's version and the root, and the first decides.
        // A page with a failure is read and copied; its letter is found and changed with its group's figures (3), and a note says so (1).
        output.WriteLine(string.Join("\n", record.Calls.Skip(before)));
        Assert.InRange(record.Calls.Count - before, 1, 40);
    }

    private static (long Sum, string Seen) ResultOf(string result)
    {
        var totals = CelerityJson.Read<SumStage.Totals>(result);
        return (totals.Sum, totals.Seen);
    }

    private static Task UploadAsync(GenerationBench bench, string text) => ((IBlobStore)bench.Stage.Storage.Blobs).WriteAsync(
        "data", "set", Encoding.UTF8.GetBytes(text), CancellationToken.None).AsTask();

    private static async Task PretendStageTwoAsync(GenerationBench bench)
    {
        var runs = bench.Worker.GetRequiredService<RunStore>();
        var one = await runs.FindStageAsync(bench.Stage.Key, CancellationToken.None);
        await runs.InsertStageAsync(one! with { Key = bench.Stage.Key with { Stage = 2 } }, CancellationToken.None);
    }
}
