using Celerity.Figures;
using Celerity.Metrics;
using Celerity.Schedules;
using Celerity.TestKit.Faults;
using Celerity.Tests.Metrics;
using Celerity.Tests.Schedules;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Celerity.Tests.Figures;

/// <summary>Which schedules are late, and how late they fired.</summary>
public sealed class ScheduleSamplingTests
{
    private readonly ScheduleSimulation _simulation = new();

    [Fact]
    public async Task Schedule_ThatDoesNotFire_IsLate_AndForAWhileAfterItHas()
    {
        _simulation.Define(ScheduleSimulation.Name, options => options.Cron = "*/30 * * * *");
        var worker = _simulation.Worker();
        await ScheduleSimulation.RoundAsync(worker);
        _simulation.Tasks.Time.Advance(TimeSpan.FromMinutes(30));
        Assert.Empty(await LookAsync(worker));

        _simulation.Tasks.Time.Advance(TimeSpan.FromSeconds(80));
        Assert.Equal(["nightly 80"], await LookAsync(worker));

        await ScheduleSimulation.RoundAsync(worker);
        _simulation.Tasks.Time.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal(["nightly 80"], await LookAsync(worker));
        _simulation.Tasks.Time.Advance(TimeSpan.FromMinutes(2));
        Assert.Empty(await LookAsync(worker));
    }

    [Fact]
    public async Task Schedule_ThatIsPaused_IsNotLate()
    {
        _simulation.Define(ScheduleSimulation.Name, options => options.Cron = "*/30 * * * *");
        var worker = _simulation.Worker();
        await ScheduleSimulation.RoundAsync(worker);
        await worker.GetRequiredService<ScheduleControl>().PauseAsync(ScheduleSimulation.Name, ScheduleSimulation.Note, ScheduleSimulation.Pipelines(worker), CancellationToken.None);
        _simulation.Tasks.Time.Advance(TimeSpan.FromMinutes(31));

        Assert.Empty(await LookAsync(worker));
    }

    [Fact]
    public async Task Schedule_ThatWaitedForTheOneBefore_IsNotLate()
    {
        _simulation.Define(ScheduleSimulation.Name, options => (options.Cron, options.Overlap) = ("*/30 * * * *", OverlapPolicy.Queue));
        var worker = _simulation.Worker(configure: services => services.AddCelerityMetrics());
        using var measured = new Measured(worker.GetRequiredService<CelerityMeter>());
        await ScheduleSimulation.RoundAsync(worker);
        await _simulation.RoundAfterAsync(worker, 30);
        await _simulation.RoundAfterAsync(worker, 30);
        await _simulation.RunTasksAsync(worker);
        await _simulation.RoundAfterAsync(worker, 5);

        Assert.Equal(2, (await _simulation.SentAsync()).Count);
        Assert.Empty(await LookAsync(worker));
        Assert.Equal(["0 {celerity.schedule.name=nightly}"], measured.Of("celerity.schedule.drift"));
    }

    [Fact]
    public async Task Look_WithoutSchedules_AsksTheBoardAlone()
    {
        var calls = new FaultPlan();

        Assert.Empty(await LookAsync(_simulation.Worker(calls)));

        Assert.Single(calls.Calls);
    }

    [Fact]
    public async Task Drift_IsFromWhenItIsToFire_NotFromWhenItIsDue()
    {
        _simulation.Define(ScheduleSimulation.Name, options => (options.Cron, options.Jitter) = ("*/30 * * * *", TimeSpan.FromMinutes(10)));
        var worker = _simulation.Worker(configure: services => services.AddCelerityMetrics());
        using var measured = new Measured(worker.GetRequiredService<CelerityMeter>());
        await ScheduleSimulation.RoundAsync(worker);
        await _simulation.RoundAfterAsync(worker, 41);

        var fired = Assert.Single(await _simulation.RecordsAsync());
        var firesAt = worker.GetRequiredService<ScheduleList>().Find(ScheduleSimulation.Name)!.Times.FiresAt(fired.Firing.DueAt);
        Assert.InRange(firesAt, fired.Firing.DueAt.AddSeconds(1), fired.Firing.DueAt.AddMinutes(10));
        Assert.Equal(
            [FormattableString.Invariant($"{(fired.At - firesAt).TotalSeconds} {{celerity.schedule.name=nightly}}")],
            measured.Of("celerity.schedule.drift"));
    }

    private static async Task<List<string>> LookAsync(IServiceProvider worker) =>
        [.. (await ActivatorUtilities.CreateInstance<ScheduleSampling>(worker).LookAsync(CancellationToken.None)).Select(late => $"{late.Schedule} {late.LateSeconds}")];
}
