using System.Text;
using Celerity.Runs;
using Celerity.Stages.Outputs.Merging;
using Celerity.TestKit.Faults;
using Celerity.Tests.DeadLetters;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Celerity.Tests.Stages.Outputs;

/// <summary>One file of a stage's output: every record in order, the same bytes whatever is killed, over nothing that is not the run's own.</summary>
public sealed class MergeTests
{
    public static TheoryData<DatasetFormat> Formats => [DatasetFormat.Ndjson, DatasetFormat.Csv, DatasetFormat.Parquet];

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [MemberData(nameof(Formats))]
    public async Task Merge_OfAnyFormat_IsADatasetOfAllRecordsInOrder(DatasetFormat format)
    {
        var bench = new OutputBench(format);
        await bench.RunAsync(ends: false);

        var step = await bench.MergeAsync();

        var file = await bench.MergedAsync();
        Assert.Equal(("data", "merged", file.Length, 37L), (step.End!.Container, step.End.Blob, step.End.Bytes, step.End.Records));
        var read = await bench.StageAsync(4, nameof(ReadBackStage), new DatasetSource { Container = "data", Blob = "merged", Format = format, ChunkSize = 9 });
        Assert.Equal((OutputBench.Seen(), 37), (CelerityJson.Read<string>(read.Result), read.Records));
        using var download = new MemoryStream();
        var (_, write) = (await bench.Worker.GetRequiredService<OutputDownload>().OpenOutputAsync(bench.Stage.Key.Run, 1, Token))!.Value;
        await write(download, Token);

        // A file that was written in steps has a row group for each page, and so has the download: the same rows, and here the same bytes.
        Assert.Equal(file, download.ToArray());
    }

    [Fact]
    public async Task Merge_OfNoRecords_IsAFileOfNone()
    {
        var nothing = StageBench.Csv("n\n");
        foreach (var (format, content) in new[] { (DatasetFormat.Ndjson, ""), (DatasetFormat.Csv, "n,text\n") })
        {
            var bench = new OutputBench(format, dataset: nothing);
            await bench.RunAsync(ends: false);

            Assert.Equal(0, (await bench.MergeAsync()).End!.Records);
            Assert.Equal(content, Encoding.UTF8.GetString(await bench.MergedAsync()));
        }

        var rows = new OutputBench(DatasetFormat.Parquet, dataset: nothing);
        await rows.RunAsync(ends: false);
        await rows.MergeAsync();
        Assert.Equal(0, (await rows.StageAsync(4, nameof(ReadBackStage), new DatasetSource { Container = "data", Blob = "merged", Format = DatasetFormat.Parquet })).Records);
    }

    [Fact]
    public async Task Merge_OfRejects_IsTheirLines()
    {
        var bench = new OutputBench(DatasetFormat.Parquet);
        await bench.RunAsync(ends: false);

        await bench.MergeAsync(bench.Head!.Rejects);

        const string Line = """{"record":17,"line":18,"reason":"n is no number","text":"oops"}""" + "\n";
        Assert.Equal(Line, Encoding.UTF8.GetString(await bench.MergedAsync()));
        using var download = new MemoryStream();
        await (await bench.Worker.GetRequiredService<OutputDownload>().OpenRejectsAsync(bench.Stage.Key.Run, 1, Token))!(download, Token);
        Assert.Equal(Line, Encoding.UTF8.GetString(download.ToArray()));
    }

    [Theory]
    [InlineData(DatasetFormat.Csv)]
    [InlineData(DatasetFormat.Parquet)]
    public async Task Merge_AnyFaultAtAnyCall_EndsWithTheSameBytes(DatasetFormat format)
    {
        byte[]? expected = null;
        await EveryFault.PlayAsync(async plan =>
        {
            var bench = new OutputBench(format, numbers: 18);
            await bench.RunAsync(ends: false);
            bench.Disturb(plan);

            var step = await bench.MergeAsync();

            Assert.Equal(15, step.End?.Records);
            var file = await bench.MergedAsync();
            Assert.Equal(expected ??= file, file);
        });
    }

    [Theory]
    [InlineData(DatasetFormat.Csv)]
    [InlineData(DatasetFormat.Parquet)]
    public async Task Merge_ATwinOfAStepGoesFurther_EndsWithTheSameBytes(DatasetFormat format)
    {
        var undisturbed = new OutputBench(format);
        await undisturbed.RunAsync(ends: false);
        await undisturbed.MergeAsync();
        var bench = new OutputBench(format);
        await bench.RunAsync(ends: false);
        var request = new MergeRequest(bench.Stage.Key.Run, 1, bench.Head!.Output, "data", "merged");
        var first = await bench.Worker.GetRequiredService<OutputMerger>().StepAsync(request, Token);

        // It was slow to die: it writes the blocks of all pages, over those of the first, and is killed right before it commits them.
        bench.Options.CombineStep = TimeSpan.FromHours(1);
        await using var twin = bench.Stage.Worker(new FaultPlan(new SeamCall(0, "blob.TryCommit data", 1), FaultKind.KillBefore));
        await Assert.ThrowsAsync<ProcessKilledException>(() => twin.GetRequiredService<OutputMerger>().StepAsync(request, Token).AsTask());
        var end = await bench.Worker.GetRequiredService<OutputMerger>().StepAsync(request with { Cursor = first.Next }, Token);

        Assert.Equal(37, end.End!.Records);
        Assert.Equal(await undisturbed.MergedAsync(), await bench.MergedAsync());
    }

    [Fact]
    public async Task Merge_OverABlobOfOthers_IsRefusedAndLeavesIt()
    {
        var bench = new OutputBench(DatasetFormat.Csv);
        await bench.RunAsync(ends: false);
        bench.Stage.Put("merged", [1, 2, 3]);

        Assert.Equal(ErrorCodes.MergeTargetTaken, (await bench.MergeAsync()).Fault?.Code);
        Assert.Equal([1, 2, 3], await bench.MergedAsync());
    }

    [Fact]
    public async Task Merge_AnotherWritesThereMeanwhile_IsRefusedAndLeavesIt()
    {
        var bench = new OutputBench(DatasetFormat.Csv);
        await bench.RunAsync(ends: false);
        var request = new MergeRequest(bench.Stage.Key.Run, 1, bench.Head!.Output, "data", "merged");
        var merger = bench.Worker.GetRequiredService<OutputMerger>();
        var step = await merger.StepAsync(request, Token);
        bench.Stage.Put("merged", [1, 2, 3]);

        while (step.Next is { } next)
        {
            step = await merger.StepAsync(request with { Cursor = next }, Token);
        }

        Assert.Equal(ErrorCodes.MergeTargetTaken, step.Fault?.Code);
        Assert.Equal([1, 2, 3], await bench.MergedAsync());
    }

    [Fact]
    public async Task Merge_ByTheNextGeneration_GoesOverItsOwn()
    {
        var bench = new OutputBench(DatasetFormat.Csv);
        bench.Bad.Add((1, 3));
        await bench.RunAsync(ends: false);
        Assert.Equal(35, (await bench.MergeAsync()).End!.Records);
        await bench.Stage.EndAsync(bench.Worker);
        bench.Bad.Clear();

        await bench.Stage.RestartAsync(bench.Worker, RunRestart.Failed);
        await bench.RunAsync(ends: false);

        Assert.Equal(37, (await bench.MergeAsync()).End!.Records);
        Assert.Contains("\n3,plain\n", Encoding.UTF8.GetString(await bench.MergedAsync()), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("celerity-manifests", "b", ErrorCodes.SettingOutOfRange)]
    [InlineData("Data", "b", ErrorCodes.SettingOutOfRange)]
    [InlineData("data", "", ErrorCodes.SettingOutOfRange)]
    [InlineData("nowhere", "b", ErrorCodes.DatasetMissing)]
    public async Task Merge_IntoWhatCannotBe_IsRefused(string container, string blob, string code)
    {
        var bench = new OutputBench(DatasetFormat.Ndjson);
        await bench.RunAsync(ends: false);

        Assert.Equal(code, (await bench.MergeAsync(container: container, blob: blob)).Fault?.Code);
    }

    [Fact]
    public async Task Merge_OfARunThatWasCancelled_Stops()
    {
        var bench = new OutputBench(DatasetFormat.Ndjson);
        await bench.RunAsync();
        bench.Stage.Time.Advance(RunGate.Freshness);

        Assert.Equal(ErrorCodes.RunCancelled, (await bench.MergeAsync()).Fault?.Code);
    }
}
