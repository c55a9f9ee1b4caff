using Celerity.Metrics;
using Celerity.Runs;
using Celerity.Stages;
using Celerity.Tests.Stages;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Celerity.Tests.Metrics;

/// <summary>Runs are counted once for each generation that begins and ends here, however often a step is repeated.</summary>
public sealed class RunMetricsTests
{
    private readonly StageSimulation _simulation = new(StageBench.Csv("n\n1\n"), StageBench.Source(1)) { Configure = services => services.AddCelerityMetrics() };

    [Fact]
    public async Task Run_IsCountedOnce_WhereItBeginsAndEnds()
    {
        var worker = _simulation.Worker();
        using var measured = new Measured(worker.GetRequiredService<CelerityMeter>());
        var id = await InsertAsync(worker, deadline: null);
        var lifecycle = worker.GetRequiredService<RunLifecycle>();
        for (var repeat = 0; repeat < 2; repeat++)
        {
            Assert.True(await lifecycle.TryBeginAsync(id, 1, CancellationToken.None));
        }

        for (var repeat = 0; repeat < 2; repeat++)
        {
            await lifecycle.FinishAsync(id, 1, "1", null, CancellationToken.None);
        }

        Assert.Equal(["1 {celerity.pipeline.name=daily}"], measured.Of("celerity.run.started"));
        Assert.Equal(["1 {celerity.pipeline.name=daily, celerity.outcome=succeeded}"], measured.Of("celerity.run.ended"));
    }

    [Fact]
    public async Task Run_ThatIsLateBeforeItBegins_IsCountedAsFailedAlone()
    {
        var worker = _simulation.Worker();
        using var measured = new Measured(worker.GetRequiredService<CelerityMeter>());
        var id = await InsertAsync(worker, deadline: _simulation.Time.GetUtcNow());
        var lifecycle = worker.GetRequiredService<RunLifecycle>();

        Assert.False(await lifecycle.TryBeginAsync(id, 1, CancellationToken.None));
        await lifecycle.FinishAsync(id, 1, null, StageFault.Cancelled, CancellationToken.None);

        Assert.Empty(measured.Of("celerity.run.started"));
        Assert.Equal(["1 {celerity.pipeline.name=daily, celerity.outcome=failed}"], measured.Of("celerity.run.ended"));
    }

    [Fact]
    public void Outcomes_AreWrittenForEveryEnd()
    {
        var ends = Enum.GetValues<RunState>().Where(state => state.IsEnd() && state != RunState.Purging);

        Assert.All(ends, end => Assert.Equal(end.ToString(), MetricTags.Of(end).Replace("_", "", StringComparison.Ordinal), ignoreCase: true));
    }

    private async Task<string> InsertAsync(IServiceProvider worker, DateTimeOffset? deadline)
    {
        var id = RunKey.NewId(_simulation.Time);
        await worker.GetRequiredService<RunStore>().TryInsertAsync(
            new RunRecord { Id = id, Pipeline = "daily", State = RunState.Pending, Request = "null", CreatedAt = _simulation.Time.GetUtcNow(), Deadline = deadline },
            CancellationToken.None);
        return id;
    }
}
