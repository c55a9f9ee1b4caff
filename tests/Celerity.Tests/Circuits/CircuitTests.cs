using Celerity.Storage;
using Celerity.Tasks;
using Celerity.TestKit.Faults;
using Celerity.Tests.Tasks;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Celerity.Tests.Circuits;

/// <summary>Opening, holding, probing and closing, on several workers over the same storage.</summary>
public sealed class CircuitTests
{
    private static readonly TimeSpan Seen = TimeSpan.FromSeconds(3);

    private readonly CircuitSimulation _circuits = new();

    [Fact]
    public async Task Opening_IsSeenByAnotherWorkerWithinThreeSeconds_AndHeldTasksMakeNoAttempt()
    {
        var (here, there) = (_circuits.Tasks.Worker(), _circuits.Tasks.Worker());
        await _circuits.SendAsync("before");
        await _circuits.DeliverAsync(there);
        await _circuits.OpenAsync(here);
        _circuits.Wait(Seen);

        await _circuits.SendAsync("a", "b");
        await _circuits.DeliverAsync(there);

        Assert.Empty(_circuits.RunIds);
        Assert.Equal(4, _circuits.HeldCount);
        Assert.Null(await _circuits.Tasks.FindAsync("a"));
        Assert.Equal(2, (await _circuits.Tasks.FindAsync("bad1"))!.Attempt);
    }

    [Theory]
    [InlineData(ErrorCategory.Permanent, CircuitState.Closed)]
    [InlineData(ErrorCategory.Transient, CircuitState.Open)]
    [InlineData(ErrorCategory.Throttled, CircuitState.Open)]
    [InlineData(ErrorCategory.TimedOut, CircuitState.Open)]
    [InlineData(ErrorCategory.Cancelled, CircuitState.Closed)]
    public async Task Opening_CountsWhatMayBeTheDependencysFault(ErrorCategory category, CircuitState expected)
    {
        var worker = _circuits.Tasks.Worker(configure: services =>
            services.ConfigureCelerityTask(typeof(CircuitTask), options => options.Classifier = _ => category));
        _circuits.IsDown = true;
        await _circuits.SendAsync("a", "b", "c");

        await _circuits.DeliverAsync(worker);

        Assert.Equal(expected, await CircuitSimulation.StateAsync(worker));
    }

    [Theory]
    [InlineData("retry", CircuitState.Open)]
    [InlineData("snooze", CircuitState.Closed)]
    [InlineData("dead letter", CircuitState.Closed)]
    public async Task Opening_CountsOutcomes(string outcome, CircuitState expected)
    {
        var worker = _circuits.Tasks.Worker();
        _circuits.Tasks.Script.Run = _ => outcome switch
        {
            "retry" => TaskOutcome.Retry(TimeSpan.FromMinutes(1)),
            "snooze" => TaskOutcome.Snooze(TimeSpan.FromMinutes(1)),
            _ => TaskOutcome.DeadLetter("never"),
        };
        await _circuits.SendAsync("a", "b", "c");

        await _circuits.DeliverAsync(worker);

        Assert.Equal(expected, await CircuitSimulation.StateAsync(worker));
    }

    [Fact]
    public async Task Opening_TakesTheShareOfFailuresWithinTheSamplingDuration()
    {
        var worker = _circuits.Tasks.Worker();
        await _circuits.SendAsync("a", "b", "c");
        await _circuits.DeliverAsync(worker);
        _circuits.IsDown = true;
        await _circuits.SendAsync("d", "e");
        await _circuits.DeliverAsync(worker);
        Assert.Equal(CircuitState.Closed, await CircuitSimulation.StateAsync(worker));

        // What succeeded is no longer counted.
        _circuits.Wait(TimeSpan.FromSeconds(31));
        await _circuits.DeliverAsync(worker);

        Assert.Equal(CircuitState.Open, await CircuitSimulation.StateAsync(worker));
    }

    [Fact]
    public async Task HalfOpen_FirstArrivalsAreProbes_OnAllWorkersTogether()
    {
        var workers = new[] { _circuits.Tasks.Worker(), _circuits.Tasks.Worker(), _circuits.Tasks.Worker() };
        foreach (var worker in workers)
        {
            await worker.GetRequiredService<ICircuits>().ForceOpenAsync(CircuitSimulation.Circuit, CircuitSimulation.Note);
            await worker.GetRequiredService<ICircuits>().AutomaticAsync(CircuitSimulation.Circuit, CircuitSimulation.Note);
        }

        // Each knows that it is half-open, and none that others let probes through; no probe has ended.
        var ending = new TaskCompletionSource<TaskOutcome>();
        _circuits.Tasks.Script.RunAsync = (_, _) => ending.Task;
        var runs = new List<Task>();
        for (var at = 0; at < 9; at++)
        {
            await _circuits.SendAsync($"t{at}");
            runs.Add(_circuits.Tasks.DeliverOneAsync(workers[at % 3]));
        }

        Assert.Equal(2, _circuits.RunIds.Count);
        Assert.Equal(7, _circuits.HeldCount);

        ending.SetResult(TaskOutcome.Completed);
        await Task.WhenAll(runs);
        Assert.Equal(CircuitState.Closed, await CircuitSimulation.StateAsync(workers[1]));
    }

    [Fact]
    public async Task HalfOpen_AllPlacesTaken_ArrivalsCostNoMoreThanWhileItIsOpen()
    {
        var (plan, control) = (new FaultPlan(), _circuits.Tasks.Worker().GetRequiredService<ICircuits>());
        await control.ForceOpenAsync(CircuitSimulation.Circuit, CircuitSimulation.Note);
        await control.AutomaticAsync(CircuitSimulation.Circuit, CircuitSimulation.Note);
        var ending = new TaskCompletionSource<TaskOutcome>();
        _circuits.Tasks.Script.RunAsync = (_, _) => ending.Task;
        var worker = _circuits.Tasks.Worker(plan);
        await _circuits.SendPackAsync(Enumerable.Range(0, 100).Select(at => $"p{at}"));
        await _circuits.SendAsync(Enumerable.Range(0, 100).Select(at => $"t{at}"));

        var probes = _circuits.Tasks.DeliverOneAsync(worker);
        var before = plan.Calls.Count;
        await _circuits.DeliverAsync(worker);

        Assert.Equal(100, plan.Calls.Count - before);
        Assert.InRange(before, 1, 12);
        Assert.Equal(101, _circuits.HeldCount);
        ending.SetResult(TaskOutcome.Completed);
        Assert.True(await probes);
        Assert.Equal(2, _circuits.RunIds.Count);
    }

    [Fact]
    public async Task HalfOpen_NothingArrives_MaintenanceBringsAsManyAsProbesAreMissing_AndTheRestWhenItCloses()
    {
        var (worker, plan) = (_circuits.Tasks.Worker(), new FaultPlan());
        await _circuits.OpenAsync(worker);
        await _circuits.SendAsync(Enumerable.Range(0, 50).Select(at => $"t{at}"));
        await _circuits.DeliverAsync(worker);
        _circuits.Wait(CircuitSimulation.Break);
        _circuits.IsDown = false;

        await CircuitSimulation.MaintainAsync(_circuits.Tasks.Worker(plan));
        Assert.Equal(2, _circuits.Tasks.Storage.Queues.Count(TaskSimulation.Queue));
        Assert.Equal(1, plan.Calls.Count(call => call.Name == $"queue.Receive {CircuitSimulation.Held}"));
        await _circuits.DeliverAsync(worker);
        Assert.Equal(2, _circuits.RunIds.Count);
        Assert.Equal(CircuitState.Closed, await CircuitSimulation.StateAsync(worker));
        await CircuitSimulation.MaintainAsync(worker);
        await _circuits.DeliverAsync(worker);

        Assert.Equal(0, _circuits.HeldCount);
        Assert.Equal(52, _circuits.RunIds.Distinct().Count());
        Assert.Equal(52, _circuits.RunIds.Count);
    }

    [Fact]
    public async Task HalfOpen_Pack_OnlyProbesLeaveIt()
    {
        var worker = _circuits.Tasks.Worker();
        await worker.GetRequiredService<ICircuits>().ForceOpenAsync(CircuitSimulation.Circuit, CircuitSimulation.Note);
        await _circuits.SendPackAsync(Enumerable.Range(0, 20).Select(at => $"t{at}"));
        await _circuits.DeliverAsync(worker);
        Assert.Equal(1, _circuits.HeldCount);
        await worker.GetRequiredService<ICircuits>().AutomaticAsync(CircuitSimulation.Circuit, CircuitSimulation.Note);

        _circuits.Tasks.Script.Run = _ => TaskOutcome.Snooze(TimeSpan.FromHours(1));
        await CircuitSimulation.MaintainAsync(worker);
        Assert.Equal(1, _circuits.HeldCount);
        await _circuits.DeliverAsync(worker);

        Assert.Equal(["t0", "t1"], _circuits.RunIds.Order());
    }

    [Fact]
    public async Task Probe_ThatFails_OpensForTwiceAsLong()
    {
        var worker = _circuits.Tasks.Worker();
        await _circuits.OpenAsync(worker);
        _circuits.Wait(CircuitSimulation.Break);
        await _circuits.SendAsync("a", "b");
        await _circuits.DeliverAsync(worker);

        Assert.Single(_circuits.RunIds);
        var circuit = await worker.GetRequiredService<ICircuits>().GetAsync(CircuitSimulation.Circuit);
        Assert.Equal((CircuitState.Open, 2, _circuits.Tasks.Time.GetUtcNow() + (2 * CircuitSimulation.Break)), (circuit.State, circuit.OpeningCount, circuit.Until));
        Assert.Contains("HttpRequestException: down", circuit.Why, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Probe_ThatIsLostWithItsProcess_GivesItsPlaceUpAfterItsTimeLimit()
    {
        var worker = _circuits.Tasks.Worker();
        await _circuits.OpenAsync(worker);
        await _circuits.SendAsync("a", "b", "c", "d");
        await _circuits.DeliverAsync(worker);
        _circuits.Wait(CircuitSimulation.Break);
        await CircuitSimulation.MaintainAsync(worker);
        await _circuits.Tasks.DieWhileRunningAsync();
        await _circuits.Tasks.DieWhileRunningAsync();
        _circuits.Tasks.Script.Runs.Clear();
        _circuits.Tasks.Script.Run = _ => TaskOutcome.Completed;
        await CircuitSimulation.MaintainAsync(worker);
        await _circuits.DeliverAsync(worker);
        Assert.Empty(_circuits.RunIds);

        // Before the messages of the dead come again.
        _circuits.Wait(TimeSpan.FromSeconds(60 + 30));
        await CircuitSimulation.MaintainAsync(worker);
        await _circuits.DeliverAsync(worker);

        Assert.Equal(2, _circuits.RunIds.Count);
        Assert.Equal(CircuitState.Closed, await CircuitSimulation.StateAsync(worker));
    }

    [Fact]
    public async Task Probe_ThatTellsNothing_MakesRoomForAnother()
    {
        var worker = _circuits.Tasks.Worker();
        await _circuits.OpenAsync(worker);
        _circuits.Wait(CircuitSimulation.Break);
        _circuits.Tasks.Script.Run = _ => TaskOutcome.Snooze(TimeSpan.FromHours(1));
        await _circuits.SendAsync("a", "b", "c", "d");

        await _circuits.DeliverAsync(worker);

        Assert.Superset(new HashSet<string> { "a", "b", "c", "d" }, _circuits.RunIds.ToHashSet());
        Assert.Equal(CircuitState.HalfOpen, await CircuitSimulation.StateAsync(worker));
    }

    [Fact]
    public async Task Backlog_OfTenThousand_CostsTwoRequestsATaskAndNoAttempt_AndRefillsAtTheLimitsRate()
    {
        const int count = 10_000;
        var worker = _circuits.Tasks.Worker();
        await worker.GetRequiredService<ICircuits>().ForceOpenAsync(CircuitSimulation.Circuit, CircuitSimulation.Note);
        for (var at = 0; at < count; at++)
        {
            await _circuits.Tasks.DropAsync(CircuitSimulation.Body($"t{at}", "test.limited"));
        }

        var plan = new FaultPlan();
        await _circuits.DeliverAsync(_circuits.Tasks.Worker(plan));

        // The other request of each is the host's: it deletes the message.
        Assert.InRange(plan.Calls.Count, count, count + 10);
        Assert.Empty(_circuits.RunIds);
        Assert.Equal(count, _circuits.HeldCount);

        await worker.GetRequiredService<ICircuits>().ForceClosedAsync(CircuitSimulation.Circuit, CircuitSimulation.Note);
        Assert.Equal(0, _circuits.HeldCount);
        for (var second = 0; second < 20; second++)
        {
            Assert.InRange(await CountDueAsync(), 9, 11);
            _circuits.Wait(TimeSpan.FromSeconds(1));
        }
    }

    [Fact]
    public async Task LongOpen_ManyHeld_MaintenanceLooksAtNone()
    {
        var (worker, plan) = (_circuits.Tasks.Worker(), new FaultPlan());
        await _circuits.OpenAsync(worker);
        await _circuits.SendAsync(Enumerable.Range(0, 500).Select(at => $"t{at}"));
        await _circuits.DeliverAsync(worker);

        await CircuitSimulation.MaintainAsync(_circuits.Tasks.Worker(plan));

        Assert.DoesNotContain(plan.Calls, call => call.Name.StartsWith("queue", StringComparison.Ordinal));
        Assert.InRange(plan.Calls.Count, 1, 2);
    }

    [Fact]
    public async Task DependencyDown_OpensAtOnce_AndCostsNoAttempt()
    {
        var worker = _circuits.Tasks.Worker();
        _circuits.Tasks.Script.Run = _ => throw new DependencyDownException("no such host");
        await _circuits.SendAsync("a", "b");
        await _circuits.DeliverAsync(worker);

        Assert.Equal("a", Assert.Single(_circuits.RunIds));
        Assert.Equal(CircuitState.Open, await CircuitSimulation.StateAsync(worker));
        Assert.Equal(2, _circuits.HeldCount);
        Assert.Equal(1, (await _circuits.Tasks.FindAsync("a"))!.Attempt);

        _circuits.Tasks.Script.Run = _ => TaskOutcome.Completed;
        await _circuits.FinishAsync(worker, ["a", "b"]);
        Assert.Equal(1, (await _circuits.Tasks.FindAsync("a"))!.Attempt);
    }

    [Fact]
    public async Task DependencyDown_WithoutACircuitThatOpens_IsAFailedAttempt()
    {
        var worker = _circuits.Tasks.Worker();
        await worker.GetRequiredService<ICircuits>().ForceClosedAsync(CircuitSimulation.Circuit, CircuitSimulation.Note);
        _circuits.Tasks.Script.Run = _ => throw new DependencyDownException("no such host");
        await _circuits.SendAsync("a");
        await _circuits.Tasks.DropAsync("""{"id":"e","task":"test.echo","payload":{"text":"hi"}}""");

        await _circuits.DeliverAsync(worker);

        Assert.Equal(2, (await _circuits.Tasks.FindAsync("a"))!.Attempt);
        Assert.Equal((2, ErrorCategory.DependencyDown), ((await _circuits.Tasks.FindAsync("e"))!.Attempt, (await _circuits.Tasks.FindAsync("e"))!.Failures[0].Category));
    }

    [Fact]
    public async Task StorageFailsAsItOpens_TheAttemptsEndIsStored_AndTheNextOpensIt()
    {
        var plan = new FaultPlan(new SeamCall(0, $"table.TryWriteAll {StorageNames.ControlTable}", 1), FaultKind.LostRequest);
        var worker = _circuits.Tasks.Worker(plan);
        _circuits.IsDown = true;
        await _circuits.SendAsync("a", "b");
        await _circuits.DeliverAsync(worker);
        Assert.True(plan.HasFired);
        Assert.Equal(CircuitState.Closed, await CircuitSimulation.StateAsync(worker));
        Assert.Equal((2, 0), ((await _circuits.Tasks.FindAsync("b"))!.Attempt, (await _circuits.Tasks.FindAsync("b"))!.Crashes));

        await _circuits.SendAsync("c");
        await _circuits.DeliverAsync(worker);

        Assert.Equal(CircuitState.Open, await CircuitSimulation.StateAsync(worker));
    }

    [Fact]
    public async Task Circuit_ThatNoTaskNamesAnyMore_IsClosedAfterAnHour_AndWhatWasHeldComesBack()
    {
        var worker = _circuits.Tasks.Worker();
        await _circuits.OpenAsync(worker);
        await _circuits.SendAsync("a");
        await _circuits.DeliverAsync(worker);
        var later = _circuits.Tasks.Worker(configure: services => services
            .ConfigureCelerityTask(typeof(CircuitTask), options => options.Circuit = null)
            .ConfigureCelerityTask(typeof(LimitedCircuitTask), options => options.Circuit = null));
        _circuits.IsDown = false;
        _circuits.Wait(TimeSpan.FromMinutes(59));
        await CircuitSimulation.MaintainAsync(later);
        Assert.NotEqual(0, _circuits.HeldCount);

        _circuits.Wait(TimeSpan.FromMinutes(2));
        await CircuitSimulation.MaintainAsync(later);
        await CircuitSimulation.MaintainAsync(later);
        await _circuits.DeliverAsync(later);

        Assert.Equal(0, _circuits.HeldCount);
        Assert.Contains("a", _circuits.RunIds);
    }

    private async Task<int> CountDueAsync()
    {
        var count = 0;
        while (await _circuits.Tasks.ReceiveAsync() is not null)
        {
            count++;
        }

        return count;
    }
}
