using Celerity.Runs;
using Celerity.Stages.Outputs;
using Celerity.Stages.Planning;
using Celerity.Storage;
using Celerity.TestKit.Faults;
using Celerity.Tests.DeadLetters;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Celerity.Tests.Stages.Outputs;

/// <summary>What one stage writes is what the next one reads: every record once, in order, whatever fails or is killed.</summary>
public sealed class OutputTests(ITestOutputHelper output)
{
    public static TheoryData<DatasetFormat> Formats => [DatasetFormat.Ndjson, DatasetFormat.Csv, DatasetFormat.Parquet];

    [Theory]
    [MemberData(nameof(Formats))]
    public async Task Output_OfAnyFormat_ReachesTheNextStageInOrderAndWhole(DatasetFormat format)
    {
        var bench = new OutputBench(format);

        Assert.Equal(OutputBench.Seen(), await bench.RunAsync(ends: false));

        // 20 chunks in slices of three, the last of the stage shorter: one blob each.
        Assert.Equal(7, bench.Stage.Storage.Blobs.List(StorageNames.OutputsContainer).Count);
        Assert.Equal(["""{"record":17,"line":18,"reason":"n is no number","text":"oops"}"""], await bench.RejectsAsync());
    }

    [Theory]
    [MemberData(nameof(Formats))]
    public async Task RetryFailed_ChunksOfTheFirstStageFailed_RunsThemAndReadsAllAnew(DatasetFormat format)
    {
        var bench = new OutputBench(format);
        bench.Bad.UnionWith([(1, 3), (1, 27)]);
        Assert.Equal(OutputBench.Seen(3, 4, 27, 28), await bench.RunAsync());
        bench.Bad.Clear();
        bench.Ran.Clear();

        await bench.Stage.RestartAsync(bench.Worker, RunRestart.Failed);

        Assert.Equal(OutputBench.Seen(), await bench.RunAsync(ends: false));
        Assert.Equal([(1, 3), (1, 27)], bench.Ran.Where(ran => ran.Stage == 1));
        Assert.Single(await bench.RejectsAsync());
    }

    [Fact]
    public async Task RetryFailed_ChunksOfTheNextStageFailed_TakesTheOthersOver()
    {
        var bench = new OutputBench(DatasetFormat.Csv);
        bench.Bad.Add((2, 1));
        Assert.Equal(OutputBench.Seen(1, 2), await bench.RunAsync());
        var first = bench.Head!;
        bench.Bad.Clear();
        bench.Ran.Clear();

        await bench.Stage.RestartAsync(bench.Worker, RunRestart.Failed);

        Assert.Equal(OutputBench.Seen(), await bench.RunAsync());
        Assert.Equal([(2, 1)], bench.Ran);
        Assert.NotEqual(first.Output, bench.Head!.Output);
        Assert.Equal(OutputName.Parse(first.Output).Version, OutputName.Parse(bench.Head.Output).Version);
    }

    [Fact]
    public async Task RetryFailed_TheTransformWritesOtherColumnsNow_RunsItAnew()
    {
        var bench = new OutputBench(DatasetFormat.Csv);
        bench.Bad.Add((1, 3));
        await bench.RunAsync();
        bench.Bad.Clear();
        bench.Ran.Clear();

        bench.WritesNow = DatasetFormat.Parquet;
        bench.Disturb(new FaultPlan());
        await bench.Stage.RestartAsync(bench.Worker, RunRestart.Failed);
        await bench.RunAsync();

        Assert.Equal(20, bench.Ran.Count(ran => ran.Stage == 1));
    }

    [Fact]
    public async Task List_SomeChunksWereWrittenInAnotherForm_IsRefused()
    {
        var bench = new OutputBench(DatasetFormat.Ndjson);
        await bench.StageAsync(1, nameof(NumberTransform), StageBench.Source(2));
        bench.WritesNow = DatasetFormat.Csv;
        bench.Disturb(new FaultPlan());

        var step = await bench.Worker.GetRequiredService<OutputLister>().StepAsync(new ListRequest(bench.Stage.Plan!), TestContext.Current.CancellationToken);

        Assert.Equal(ErrorCodes.OutputFormChanged, step.Fault?.Code);
    }

    [Fact]
    public async Task Slice_RunTwiceWithOtherOutputs_ReadsWhatTheRowsName()
    {
        var bench = new OutputBench(DatasetFormat.Csv, numbers: 6);
        await bench.Stage.PlanAsync(bench.Worker, 1, nameof(NumberTransform), StageBench.Source(2));
        await bench.Stage.PublishAsync(bench.Worker);

        // The one that runs it again writes more: its passes lose the insert, and what the rows name is the first one's.
        Assert.True(await bench.Stage.DeliverOneAsync(bench.Worker, settle: false));
        bench.Repeats = 2;
        bench.Disturb(new FaultPlan());
        await bench.Stage.PublishAsync(bench.Worker);
        await bench.Stage.DrainAsync(bench.Worker);

        Assert.Equal("1;2;3;4;5;6;", await bench.RunAsync());
        Assert.Equal(3, bench.Stage.Storage.Blobs.List(StorageNames.OutputsContainer).Count);
    }

    [Fact]
    public async Task Output_OfASlice_CostsOneRequest()
    {
        var bench = new OutputBench(DatasetFormat.Parquet);
        var record = new FaultPlan();
        bench.Disturb(record);
        await bench.StageAsync(1, nameof(NumberTransform), StageBench.Source(2));
        Assert.Equal(7, record.Calls.Count(call => call.Name.Contains(StorageNames.OutputsContainer, StringComparison.Ordinal)));
        var before = record.Calls.Count;

        var step = new ListStep { Next = new ListRequest(bench.Stage.Plan!) };
        while (step.Next is { } next)
        {
            step = await bench.Worker.GetRequiredService<OutputLister>().StepAsync(next, TestContext.Current.CancellationToken);
        }

        // Four pages, one a step here: each is read and written; then the head. The root is known to the process that has seen it full.
        Assert.Equal((4 * 2) + 1, record.Calls.Count - before);
        before = record.Calls.Count;
        await bench.Stage.PlanAsync(bench.Worker, 2, nameof(ReadBackStage), new DatasetSource { Output = step.Head!.Output });
        Assert.DoesNotContain(record.Calls.Skip(before), call => call.Name.Contains(StorageNames.OutputsContainer, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Output_EverythingRejected_IsEmptyAndTheNextStageEnds()
    {
        var bench = new OutputBench(DatasetFormat.Parquet, dataset: StageBench.Csv("n\n" + string.Concat(Enumerable.Repeat("x\n", 7))));

        Assert.Equal("", await bench.RunAsync(ends: false));

        Assert.Empty(bench.Stage.Storage.Blobs.List(StorageNames.OutputsContainer));
        Assert.Equal(7, (await bench.RejectsAsync()).Count);
    }

    [Fact]
    public async Task Source_OutputThatIsNotThere_IsRefused()
    {
        var bench = new OutputBench(DatasetFormat.Csv);
        var head = await bench.WriteAsync();

        Assert.Equal(ErrorCodes.UnknownOutput, await PlanAsync(bench, head.Output[..^1] + (head.Output[^1] == '0' ? '1' : '0')));
        Assert.Equal(ErrorCodes.SettingOutOfRange, await PlanAsync(bench, "../" + head.Output));
        Assert.Equal(ErrorCodes.SettingOutOfRange, await PlanAsync(bench, head.Output, source => source with { Blob = "b", Container = "c" }));
        Assert.Equal(ErrorCodes.SettingOutOfRange, await PlanAsync(bench, head.Output, source => source with { ChunkBy = ChunkBy.Bytes }));
        Assert.Equal(ErrorCodes.ColumnsMissing, await PlanAsync(bench, head.Output, stage: "Needy"));
    }

    [Theory]
    [InlineData(DatasetFormat.Csv)]
    [InlineData(DatasetFormat.Parquet)]
    public async Task Output_AnyFaultAtAnyCall_IsTheSame(DatasetFormat format)
    {
        var played = await EveryFault.PlayAsync(async plan =>
        {
            var bench = new OutputBench(format, numbers: 18);
            bench.Bad.Add((1, 3));
            bench.Disturb(plan);

            Assert.Equal(OutputBench.SeenOf(18, 3, 4), await bench.RunAsync());
        });
        output.WriteLine($"{played} faults");
    }

    [Fact]
    public async Task RetryFailed_AnyFaultAtAnyCall_WritesTheSame()
    {
        var played = await EveryFault.PlayAsync(async plan =>
        {
            var bench = new OutputBench(DatasetFormat.Ndjson, numbers: 6);
            bench.Bad.Add((1, 3));
            await bench.RunAsync();
            bench.Bad.Clear();
            bench.Disturb(plan);

            await bench.TryAsync(worker => bench.Stage.RestartAsync(worker, RunRestart.Failed));

            Assert.Equal(OutputBench.SeenOf(6), await bench.RunAsync());
        });
        output.WriteLine($"{played} faults");
    }

    private static async Task<string?> PlanAsync(OutputBench bench, string name, Func<DatasetSource, DatasetSource>? change = null, string stage = nameof(ReadBackStage))
    {
        var source = new DatasetSource { Output = name };
        await using var worker = bench.Stage.Worker(configure: services =>
        {
            services.AddSingleton<Celerity.Stages.IStageRunner>(new Celerity.Stages.StageRunner<string, string>(nameof(ReadBackStage), new ReadBackStage(DatasetFormat.Csv)));
            services.AddSingleton<Celerity.Stages.IStageRunner>(new TransformRunner<NumberRecord>("Needy", new NeedyTransform()));
        });
        var step = await worker.GetRequiredService<StagePlanner>().StepAsync(
            new PlanRequest(bench.Stage.Key with { Stage = 2 }, stage, change?.Invoke(source) ?? source, Tolerance.Default, null), TestContext.Current.CancellationToken);
        return step.Fault?.Code;
    }

    private sealed class NeedyTransform : ITransform<NumberRecord>
    {
        public IReadOnlyList<string> RequiredColumns => ["nowhere"];

        public ValueTask ProcessAsync(RecordReader records, RecordWriter<NumberRecord> output, CancellationToken cancellationToken) => ValueTask.CompletedTask;
    }
}
