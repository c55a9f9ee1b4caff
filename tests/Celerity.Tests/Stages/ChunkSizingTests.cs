using Celerity.Stages;
using Celerity.Stages.Planning;
using Celerity.TestKit.Faults;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Xunit;

namespace Celerity.Tests.Stages;

/// <summary>Chunks whose size follows from how fast the stage was.</summary>
public sealed class ChunkSizingTests
{
    private static byte[] Dataset => StageBench.Csv("n\n" + string.Concat(Enumerable.Range(1, 3000).Select(number => $"{number}\n")));

    [Theory]
    [InlineData(10, 1000, 1, 10_000)]
    [InlineData(10, 1234, 1, 12_000)]
    [InlineData(1, 3, 1, 100)]
    [InlineData(300, 1_000_000, 1, 1_000_000)]
    [InlineData(0.5, 99_960, 100, 500)]
    public void Size_OfAPace_IsWhatTakesTheTime(double target, double records, double seconds, int expected) =>
        Assert.Equal(expected, ChunkSizing.For(new DatasetSource { TargetChunkSeconds = target }, new StagePace(records, seconds)));

    [Fact]
    public void Size_NoPaceOrNoTarget_IsAsAsked()
    {
        Assert.Equal(7, ChunkSizing.For(new DatasetSource { ChunkSize = 7, TargetChunkSeconds = 10 }, null));
        Assert.Equal(7, ChunkSizing.For(new DatasetSource { ChunkSize = 7 }, new StagePace(1, 1)));
    }

    [Fact]
    public async Task Plan_SecondRun_HasTheSizeThatTheFirstMeasured()
    {
        var first = new StageSimulation(Dataset, Source);
        var worker = Worker(first);
        Assert.Equal(6, (await first.PlanAsync(worker)).Layout.ChunkCount);
        await first.PublishAsync(worker);
        await first.DrainAsync(worker);
        Assert.Equal(3000, (await first.CombineAsync(worker)).Records);

        // A record took 10 ms, so 1,000 of them make 10 seconds.
        var second = new StageSimulation(Dataset, Source, beside: first);
        var plan = await second.PlanAsync(worker);
        Assert.Equal((3, 1000), (plan.Layout.ChunkCount, plan.Source.ChunkSize));
        await second.PublishAsync(worker);
        await second.DrainAsync(worker);
        Assert.Equal(3000, (await second.CombineAsync(worker)).Records);
    }

    [Fact]
    public async Task Plan_StepMadeAgainAfterMoreWasMeasured_KeepsItsSize()
    {
        var simulation = new StageSimulation(Dataset, Source);
        var worker = Worker(simulation);
        var paces = worker.GetRequiredService<StagePaces>();
        var before = await simulation.PlanAsync(worker);
        paces.Add(nameof(SumStage), 100_000, TimeSpan.FromSeconds(1));
        await paces.KeepAsync(nameof(SumStage), CancellationToken.None);

        Assert.Equal(before.Source, (await simulation.PlanAsync(worker)).Source);
    }

    [Fact]
    public async Task Keep_OnceAMinute_AndNothingWithoutATarget()
    {
        var simulation = new StageSimulation(Dataset, Source);
        var calls = new FaultPlan();
        var paces = simulation.Worker(calls).GetRequiredService<StagePaces>();
        await paces.KeepAsync("s", CancellationToken.None);
        Assert.Empty(calls.Calls);

        for (var chunk = 0; chunk < 10; chunk++)
        {
            paces.Add("s", 10, TimeSpan.FromSeconds(1));
            await paces.KeepAsync("s", CancellationToken.None);
        }

        Assert.Equal(2, calls.Calls.Count);
        simulation.Time.Advance(TimeSpan.FromMinutes(1));
        await paces.KeepAsync("s", CancellationToken.None);
        Assert.Equal(4, calls.Calls.Count);
    }

    [Theory]
    [InlineData(0.05, ChunkBy.Records, DatasetFormat.Csv)]
    [InlineData(301, ChunkBy.Records, DatasetFormat.Csv)]
    [InlineData(double.NaN, ChunkBy.Records, DatasetFormat.Csv)]
    [InlineData(1, ChunkBy.Bytes, DatasetFormat.Ndjson)]
    [InlineData(1, ChunkBy.Records, DatasetFormat.Parquet)]
    public void Check_TargetThatMakesNoSense_IsRefused(double target, ChunkBy chunkBy, DatasetFormat format)
    {
        var source = StageBench.Source() with { TargetChunkSeconds = target, ChunkBy = chunkBy, Format = format };
        var refusal = Assert.Throws<CelerityException>(() => DatasetCheck.CheckSettings(source));
        Assert.Contains("source.targetChunkSeconds", refusal.Message, StringComparison.Ordinal);
    }

    private static DatasetSource Source => StageBench.Source(500) with { TargetChunkSeconds = 10 };

    private static ServiceProvider Worker(StageSimulation simulation) => simulation.Worker(configure: services =>
    {
        services.RemoveAll<IStageRunner>();
        services.AddSingleton<IStageRunner>(new StageRunner<long, long>(nameof(SumStage), new SlowStage(simulation)));
    });

    private sealed class SlowStage(StageSimulation simulation) : IStage<long, long>
    {
        public long Empty() => 0;

        public ValueTask<long> ProcessAsync(RecordReader records, CancellationToken cancellationToken)
        {
            var count = 0L;
            while (records.Read())
            {
                count++;
            }

            simulation.Time.Advance(TimeSpan.FromMilliseconds(10 * count));
            return ValueTask.FromResult(count);
        }

        public long Combine(long left, long right) => left + right;

        public long Finish(long total) => total;
    }
}
