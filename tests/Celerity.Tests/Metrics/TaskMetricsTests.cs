using Celerity.Metrics;
using Celerity.Tests.Tasks;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Celerity.Tests.Metrics;

/// <summary>What is counted of tasks, and under which attributes.</summary>
public sealed class TaskMetricsTests
{
    private const string Of = "celerity.task.name=test.echo, celerity.queue.name=celerity-default";

    private readonly TaskSimulation _simulation = new() { Configure = services => services.AddCelerityMetrics() };

    [Fact]
    public async Task Task_RetriedThenDone_IsCountedByAttemptAndOnceAsEnded()
    {
        _simulation.Script.Run = context =>
        {
            _simulation.Time.Advance(TimeSpan.FromSeconds(2));
            return context.Attempt == 1 ? throw new TimeoutException("slow") : TaskOutcome.Completed;
        };
        var worker = _simulation.Worker();
        using var measured = new Measured(worker.GetRequiredService<CelerityMeter>());
        await worker.GetRequiredService<IBackgroundTasks>().EnqueueAsync(new EchoTask("hi"));
        _simulation.Time.Advance(TimeSpan.FromSeconds(7));

        await _simulation.DrainAsync(worker);

        Assert.Equal([$"1 {{{Of}}}"], measured.Of("celerity.task.sent"));
        Assert.Equal([$"1 {{{Of}}}", $"1 {{{Of}}}"], measured.Of("celerity.task.started"));
        Assert.Equal([$"7 {{{Of}}}"], measured.Of("celerity.task.wait"));
        Assert.Equal([$"1 {{{Of}, error.type=transient}}"], measured.Of("celerity.task.retried"));
        Assert.Equal([$"2 {{{Of}, celerity.outcome=failed}}", $"2 {{{Of}, celerity.outcome=succeeded}}"], measured.Of("celerity.task.duration"));
        Assert.Equal([$"1 {{{Of}, celerity.outcome=succeeded}}"], measured.Of("celerity.task.ended"));
        Assert.Equal("0 {}", measured.Now("celerity.task.running"));
    }

    [Fact]
    public async Task Task_ThatDies_IsCountedWithItsError_AndItsLastAttemptOnce()
    {
        _simulation.Script.Run = _ => throw new ArgumentException("wrong");
        var worker = _simulation.Worker();
        using var measured = new Measured(worker.GetRequiredService<CelerityMeter>());
        await worker.GetRequiredService<IBackgroundTasks>().EnqueueAsync(new EchoTask("hi"));

        await _simulation.DrainAsync(worker);

        Assert.Equal([$"1 {{{Of}, celerity.outcome=dead_lettered, error.type=permanent}}"], measured.Of("celerity.task.ended"));
        Assert.Equal([$"0 {{{Of}, celerity.outcome=failed}}"], measured.Of("celerity.task.duration"));
        Assert.Empty(measured.Of("celerity.task.retried"));
    }

    [Fact]
    public async Task Task_ThatRuns_IsSeenRunning()
    {
        var running = "";
        var worker = _simulation.Worker();
        using var measured = new Measured(worker.GetRequiredService<CelerityMeter>());
        _simulation.Script.Run = _ =>
        {
            running = measured.Now("celerity.task.running");
            return TaskOutcome.Completed;
        };
        await worker.GetRequiredService<IBackgroundTasks>().EnqueueAsync(new EchoTask("hi"));

        await _simulation.DrainAsync(worker);

        Assert.Equal("1 {}", running);
    }

    [Fact]
    public async Task Task_PutOff_IsCountedByReason()
    {
        var runs = 0;
        _simulation.Script.Run = _ => runs++ > 0 ? TaskOutcome.Completed : TaskOutcome.Snooze(TimeSpan.FromMinutes(5));
        var worker = _simulation.Worker();
        using var measured = new Measured(worker.GetRequiredService<CelerityMeter>());
        await worker.GetRequiredService<IAppControl>().PauseTaskAsync("test.echo", new ActionNote("ann", "a test"));
        await worker.GetRequiredService<IBackgroundTasks>().EnqueueAsync(new EchoTask("hi"));
        await _simulation.DrainAsync(worker);
        await worker.GetRequiredService<IAppControl>().ResumeTaskAsync("test.echo", new ActionNote("ann", "a test"));
        await worker.GetRequiredService<Celerity.Holding.HeldQueues>().RunAsync(CancellationToken.None);
        _simulation.Time.Advance(TimeSpan.FromSeconds(31));
        await worker.GetRequiredService<Celerity.Holding.HeldQueues>().RunAsync(CancellationToken.None);

        await _simulation.DrainAsync(worker);

        Assert.Equal([$"1 {{{Of}, celerity.reason=paused}}", $"1 {{{Of}, celerity.reason=snoozed}}"], measured.Of("celerity.task.deferred"));
        Assert.Equal([$"1 {{{Of}, celerity.outcome=succeeded}}"], measured.Of("celerity.task.ended"));
    }

    [Fact]
    public void Values_OfAttributes_AreWrittenForEveryMember()
    {
        Assert.All(Enum.GetValues<DeferralReason>(), reason => Assert.Matches("^[a-z_]+$", MetricTags.Of(reason)));
        Assert.All(Enum.GetValues<ErrorCategory>(), category => Assert.Equal(
            category.ToString(), MetricTags.Of(category).Replace("_", "", StringComparison.Ordinal), ignoreCase: true));
        Assert.Contains("dependency_down", Enum.GetValues<ErrorCategory>().Select(category => MetricTags.Of(category)));
    }
}
