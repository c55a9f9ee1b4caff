using Celerity.Metrics;
using Celerity.Tests.Stages;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Celerity.Tests.Metrics;

public sealed class ChunkMetricsTests
{
    [Fact]
    public async Task Chunks_ThatEndWellAndNot_AreCountedWithTheirRecords()
    {
        var simulation = new StageSimulation(StageBench.Csv("n\n1\n2\nx\n4\n"), StageBench.Source(2))
        {
            Poison = number => _ = number == 4 ? throw new ArgumentException("wrong") : number,
        };
        var worker = simulation.Worker(configure: services => services.AddCelerityMetrics());
        using var measured = new Measured(worker.GetRequiredService<CelerityMeter>());
        await simulation.PlanAsync(worker);
        await simulation.PublishAsync(worker);
        await simulation.DrainAsync(worker);

        const string Stage = "celerity.stage.name=SumStage";
        Assert.Equal([$"1 {{{Stage}}}", $"1 {{{Stage}}}"], measured.Of("celerity.chunk.started"));
        Assert.Equal(
            [$"1 {{{Stage}, celerity.outcome=succeeded}}", $"1 {{{Stage}, celerity.outcome=dead_lettered, error.type=permanent}}"],
            measured.Of("celerity.chunk.ended"));
        Assert.Equal(
            [$"2 {{{Stage}, celerity.outcome=accepted}}", $"0 {{{Stage}, celerity.outcome=rejected}}"], measured.Of("celerity.chunk.records"));
        Assert.Equal(
            [$"0 {{{Stage}, celerity.outcome=succeeded}}", $"0 {{{Stage}, celerity.outcome=failed}}"], measured.Of("celerity.chunk.duration"));
    }
}
