using Celerity.Alerts;
using Celerity.TestKit.Faults;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Celerity.Tests.Alerts;

/// <summary>Alerts from the first bad minute to the day after they are over.</summary>
public sealed class AlertRoundTests
{
    private const AlertKind Backlog = AlertKind.BacklogLength;
    private const string Queue = "celerity-default";

    private readonly AlertBench _bench = new(AlertBench.Receiver());

    [Fact]
    public async Task Value_AboveForAsLongAsTheRuleAsks_FiresOnce_AndIsOverBelowTheLowerLimit()
    {
        var evaluator = _bench.Evaluator();
        _bench.Measure(Backlog, Queue, 10_001);
        await _bench.MinutesAsync(evaluator, 10);
        Assert.Equal(AlertState.Pending, (await _bench.AlertAsync())!.State);
        Assert.Empty(_bench.Posts);

        await _bench.MinuteAsync(evaluator);
        _bench.Measure(Backlog, Queue, 8001);
        await _bench.MinutesAsync(evaluator, 30);
        Assert.Equal(["ops alert.firing celerity-default"], _bench.Told);

        _bench.Measure(Backlog, Queue, 8000);
        await _bench.MinutesAsync(evaluator, 30);
        Assert.Equal(["ops alert.firing celerity-default", "ops alert.resolved celerity-default"], _bench.Told);
        Assert.Equal(AlertState.Resolved, (await _bench.AlertAsync())!.State);
        Assert.Equal(2, _bench.Posts.Select(post => post.Id).Distinct().Count());
        Assert.Single(_bench.Posts.Select(post => post.Body.GetProperty("data").GetProperty("id").GetString()).Distinct());

        _bench.Simulation.Time.Advance(AlertDecision.KeptFor);
        await _bench.MinuteAsync(evaluator);
        Assert.Null(await _bench.AlertAsync());
    }

    [Fact]
    public async Task Value_ThatFallsBeforeItsTime_IsForgotten()
    {
        var evaluator = _bench.Evaluator();
        _bench.Measure(Backlog, Queue, 20_000);
        await _bench.MinutesAsync(evaluator, 10);
        _bench.Measure(Backlog, Queue, 10_000);
        await _bench.MinuteAsync(evaluator);
        Assert.Null(await _bench.AlertAsync());

        _bench.Measure(Backlog, Queue, 20_000);
        await _bench.MinutesAsync(evaluator, 10);

        Assert.Empty(_bench.Posts);
    }

    [Fact]
    public async Task MissingFigures_NeitherFireNorEnd()
    {
        var evaluator = _bench.Evaluator();
        _bench.Measure(Backlog, Queue, 20_000);
        await _bench.MinutesAsync(evaluator, 5);
        _bench.Values.Clear();
        await _bench.MinutesAsync(evaluator, 30);
        Assert.Equal(AlertState.Pending, (await _bench.AlertAsync())!.State);

        _bench.Measure(Backlog, Queue, 20_000);
        await _bench.MinuteAsync(evaluator);
        _bench.Values.Clear();
        await _bench.MinutesAsync(evaluator, 30);

        Assert.Equal(AlertState.Firing, (await _bench.AlertAsync())!.State);
        Assert.Equal(["ops alert.firing celerity-default"], _bench.Told);
    }

    [Fact]
    public async Task Subject_ThatIsNotThereAnyMore_IsOver()
    {
        var evaluator = _bench.Evaluator();
        _bench.Measure(AlertKind.LateSchedule, "r1", 4000);
        await _bench.MinuteAsync(evaluator);
        _bench.Values[AlertKind.LateSchedule].Clear();
        await _bench.MinuteAsync(evaluator);

        Assert.Equal(["ops alert.firing r1", "ops alert.resolved r1"], _bench.Told);
    }

    [Fact]
    public async Task Clock_ThatIsSetBack_BeginsTheWaitAnew()
    {
        var evaluator = _bench.Evaluator();
        _bench.Measure(Backlog, Queue, 20_000);
        await _bench.MinuteAsync(evaluator);
        var alert = (await _bench.AlertAsync())!;
        await new AlertStore(_bench.Simulation.Storage.Tables).TryWriteAsync(alert with { Since = alert.Since.AddHours(3) }, CancellationToken.None);

        await _bench.MinutesAsync(evaluator, 10);
        Assert.Empty(_bench.Posts);
        await _bench.MinuteAsync(evaluator);

        Assert.Single(_bench.Posts);
    }

    [Fact]
    public async Task Rule_ThatIsSwitchedOff_EndsItsAlerts()
    {
        _bench.Measure(Backlog, Queue, 20_000);
        await _bench.MinutesAsync(_bench.Evaluator(), 11);

        var evaluator = _bench.Evaluator(rules: rules => rules.Set(rules.Find("BacklogIsLong")! with { IsEnabled = false }, "x"));
        await _bench.MinutesAsync(evaluator, 20);

        Assert.Equal(["ops alert.firing celerity-default", "ops alert.resolved celerity-default"], _bench.Told);
    }

    [Fact]
    public async Task Receivers_HearOfWhatIsGraveEnough()
    {
        var bench = new AlertBench(AlertBench.Receiver(), AlertBench.Receiver("night", minSeverity: AlertSeverity.Critical));
        var evaluator = bench.Evaluator();
        bench.Measure(Backlog, Queue, 20_000);
        bench.Measure(AlertKind.BacklogAge, Queue, 900);

        await bench.MinutesAsync(evaluator, 11);

        Assert.Equal(
            ["night alert.firing 900", "ops alert.firing 20000", "ops alert.firing 900"],
            bench.Posts.Select(post => $"{post.Receiver} {post.Body.GetProperty("type")} {post.Body.GetProperty("data").GetProperty("value")}").Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Receiver_ThatIsSetUpLater_HearsOfWhatStillFires()
    {
        var silent = new AlertBench();
        silent.Measure(Backlog, Queue, 20_000);
        await silent.MinutesAsync(silent.Evaluator(), 11);
        Assert.False((await silent.AlertAsync())!.IsTold);

        _bench.Measure(Backlog, Queue, 20_000);
        await new AlertStore(_bench.Simulation.Storage.Tables).TryWriteAsync((await silent.AlertAsync())! with { ETag = "" }, CancellationToken.None);
        await _bench.MinuteAsync(_bench.Evaluator());

        Assert.Equal(["ops alert.firing celerity-default"], _bench.Told);
    }

    // Each has read the alerts before the other has written them.
    [Fact]
    public async Task Evaluators_TwoAtOnce_TellOnce()
    {
        var (one, two) = (_bench.Evaluator(), _bench.Evaluator());
        foreach (var value in new[] { 20_000, 20_000, 0, 20_000, 20_000, 0 })
        {
            _bench.Measure(Backlog, Queue, value);
            _bench.Simulation.Time.Advance(TimeSpan.FromMinutes(10));
            _bench.Meanwhile = () => AlertBench.EvaluateAsync(two);
            await AlertBench.EvaluateAsync(one);
            await _bench.Simulation.DrainAsync(one);
        }

        Assert.Equal(["firing", "resolved", "firing", "resolved"], _bench.Told.Select(told => told.Split(' ', '.')[2]));
        Assert.Equal(4, _bench.Posts.Select(post => post.Id).Distinct().Count());
    }

    [Fact]
    public async Task Evaluators_BothFindSomethingUntold_TellOnce()
    {
        var (one, two) = (_bench.Evaluator(), _bench.Evaluator());
        await new AlertStore(_bench.Simulation.Storage.Tables).TryWriteAsync(
            new Alert("BacklogIsLong", Queue, AlertState.Firing, _bench.Simulation.Time.GetUtcNow(), 20_000, AlertSeverity.Warning) { Episode = "e1" }, CancellationToken.None);
        _bench.Measure(Backlog, Queue, 20_000);
        _bench.Meanwhile = () => AlertBench.EvaluateAsync(two);

        await AlertBench.EvaluateAsync(one);
        await _bench.Simulation.DrainAsync(one);

        Assert.Equal(["ops alert.firing celerity-default"], _bench.Told);
        Assert.True((await _bench.AlertAsync())!.IsTold);
    }

    [Fact]
    public async Task Subjects_BeyondAHundred_AreLeftOut_TheMildestFirst()
    {
        var evaluator = _bench.Evaluator();
        for (var run = 0; run < 150; run++)
        {
            _bench.Measure(AlertKind.LateSchedule, $"r{run}", 2000 + run);
        }

        await _bench.MinutesAsync(evaluator, 2);

        var alerts = await _bench.AlertsAsync();
        Assert.Equal(100, alerts.Count);
        Assert.All(alerts, alert => Assert.True(alert.Value >= 2050));

        _bench.Values[AlertKind.LateSchedule].Clear();
        await _bench.MinuteAsync(evaluator);
        for (var run = 150; run < 180; run++)
        {
            _bench.Measure(AlertKind.LateSchedule, $"r{run}", 2000);
        }

        await _bench.MinuteAsync(evaluator);
        _bench.Values[AlertKind.LateSchedule].Clear();
        await _bench.MinutesAsync(evaluator, 2);
        Assert.Equal(100, (await _bench.AlertsAsync()).Count);
    }

    [Fact]
    public async Task Round_WhereNothingChanges_ReadsTheAlertsAndTheBoard_AndWritesNothing()
    {
        await _bench.MinuteAsync(_bench.Evaluator());
        _bench.Measure(Backlog, Queue, 20_000);
        await _bench.MinutesAsync(_bench.Evaluator(), 12);
        var plan = new FaultPlan();
        var evaluator = _bench.Evaluator(plan);

        await _bench.MinuteAsync(evaluator);

        Assert.Equal(["table.Query CelerityAlerts", "table.Query CelerityControl"], plan.Calls.Select(call => call.Name).Where(name => !name.StartsWith("queue", StringComparison.Ordinal)));
    }
}
