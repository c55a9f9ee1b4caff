using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Celerity.Tests.Circuits;

/// <summary>What operators see and do.</summary>
public sealed class CircuitControlTests
{
    private readonly CircuitSimulation _circuits = new();
    private readonly IServiceProvider _worker;
    private readonly ICircuits _control;

    public CircuitControlTests()
    {
        _worker = _circuits.Tasks.Worker();
        _control = _worker.GetRequiredService<ICircuits>();
    }

    [Fact]
    public async Task ForcedOpen_HoldsUntilItIsLeftToItself_ThenProbes()
    {
        Assert.True(await _control.ForceOpenAsync("GEOCODER", CircuitSimulation.Note));
        Assert.False(await _control.ForceOpenAsync(CircuitSimulation.Circuit, CircuitSimulation.Note));
        await _circuits.SendAsync("a", "b", "c");
        _circuits.Wait(TimeSpan.FromDays(1));
        await _circuits.DeliverAsync(_worker);
        await CircuitSimulation.MaintainAsync(_worker);
        Assert.Equal((0, 3), (_circuits.RunIds.Count, _circuits.HeldCount));

        Assert.True(await _control.AutomaticAsync(CircuitSimulation.Circuit, CircuitSimulation.Note));
        Assert.False(await _control.AutomaticAsync(CircuitSimulation.Circuit, CircuitSimulation.Note));
        Assert.Equal(CircuitState.HalfOpen, await CircuitSimulation.StateAsync(_worker));

        await _circuits.FinishAsync(_worker, ["a", "b", "c"]);
        Assert.Equal(CircuitState.Closed, await CircuitSimulation.StateAsync(_worker));
    }

    [Fact]
    public async Task ForcedClosed_LetsAllRunWhateverFails_AndRefillsAtOnce()
    {
        await _circuits.OpenAsync(_worker);
        await _circuits.SendAsync("a", "b", "c");
        await _circuits.DeliverAsync(_worker);

        await _control.ForceClosedAsync(CircuitSimulation.Circuit, CircuitSimulation.Note);
        Assert.Equal(0, _circuits.HeldCount);
        await _circuits.DeliverAsync(_worker);

        // What failed before has waited longer than its backoff, or fails again beside them.
        Assert.Superset(new HashSet<string> { "a", "b", "c" }, _circuits.RunIds.ToHashSet());
        var circuit = await _control.GetAsync(CircuitSimulation.Circuit);
        Assert.Equal((CircuitState.Closed, true, "ann"), (circuit.State, circuit.IsForced, circuit.Who));

        await _control.AutomaticAsync(CircuitSimulation.Circuit, CircuitSimulation.Note);
        _circuits.Wait(TimeSpan.FromSeconds(5));
        await _circuits.DeliverAsync(_worker);
        Assert.Equal(CircuitState.Open, await CircuitSimulation.StateAsync(_worker));
    }

    [Fact]
    public async Task ForcedClosedAndLeftToItself_CountsAnew()
    {
        await _circuits.OpenAsync(_worker);
        _circuits.IsDown = false;
        await _control.ForceClosedAsync(CircuitSimulation.Circuit, CircuitSimulation.Note);
        await _control.AutomaticAsync(CircuitSimulation.Circuit, CircuitSimulation.Note);

        await _circuits.SendAsync("a");
        await _circuits.DeliverAsync(_worker);

        Assert.Equal(CircuitState.Closed, await CircuitSimulation.StateAsync(_worker));
    }

    [Fact]
    public async Task List_ShowsEveryCircuitOnce_WithItsTasks()
    {
        var fresh = Assert.Single(await _control.ListAsync());
        Assert.Equal(("geocoder", CircuitState.Closed, false, null), (fresh.Name.ToLowerInvariant(), fresh.State, fresh.IsForced, fresh.At));
        Assert.Equal(["test.geocode", "test.limited"], fresh.Tasks);

        await _circuits.OpenAsync(_worker);

        var open = Assert.Single(await _control.ListAsync());
        Assert.Equal((CircuitState.Open, false, 1), (open.State, open.IsForced, open.OpeningCount));
        Assert.Equal(open.At + CircuitSimulation.Break, open.Until);
        Assert.StartsWith("At least 0.5 of 2 or more attempts failed within 00:00:30; the last failure was HttpRequestException", open.Why, StringComparison.Ordinal);
    }

    [Fact]
    public async Task UnknownCircuit_IsRefusedWithThoseThereAre()
    {
        var exception = await Assert.ThrowsAsync<CelerityException>(() => _control.ForceOpenAsync("geo", CircuitSimulation.Note));

        Assert.Equal("CEL0260: There is no circuit 'geo'. The tasks of this app name geocoder.", exception.Message, ignoreCase: true);
    }

    [Fact]
    public async Task Audit_TellsWhoOpenedForcedAndClosedIt()
    {
        await _circuits.OpenAsync(_worker);
        _circuits.Wait(CircuitSimulation.Break);
        _circuits.IsDown = false;
        await _circuits.SendAsync("a", "b");
        await _circuits.DeliverAsync(_worker);
        _circuits.Wait(TimeSpan.FromSeconds(1));
        await _control.ForceOpenAsync(CircuitSimulation.Circuit, CircuitSimulation.Note);
        _circuits.Wait(TimeSpan.FromSeconds(1));
        await _control.AutomaticAsync(CircuitSimulation.Circuit, CircuitSimulation.Note);

        var page = await _worker.GetRequiredService<IAppControl>().ListAuditAsync();

        Assert.Equal(["circuit.automatic", "circuit.force-open", "circuit.close", "circuit.open"], page.Records.Select(record => record.What));
        Assert.Equal(("ann", "a test", "geocoder"), (page.Records[0].Who, page.Records[0].Why, page.Records[0].Target.ToLowerInvariant()));
        Assert.StartsWith(Environment.MachineName, page.Records[2].Who, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Pause_AndCircuit_BothMustLetATaskGo()
    {
        var control = _worker.GetRequiredService<IAppControl>();
        await _control.ForceOpenAsync(CircuitSimulation.Circuit, CircuitSimulation.Note);
        await control.PauseTaskAsync("test.geocode", CircuitSimulation.Note);
        await _circuits.SendAsync("a", "b", "c");
        await _circuits.DeliverAsync(_worker);

        await _control.AutomaticAsync(CircuitSimulation.Circuit, CircuitSimulation.Note);
        await CircuitSimulation.MaintainAsync(_worker);
        await _circuits.DeliverAsync(_worker);
        Assert.Equal((0, 3), (_circuits.RunIds.Count, _circuits.HeldCount));
        await _control.ForceClosedAsync(CircuitSimulation.Circuit, CircuitSimulation.Note);
        await _circuits.DeliverAsync(_worker);
        Assert.Equal((0, 3), (_circuits.RunIds.Count, _circuits.HeldCount));

        await _control.ForceOpenAsync(CircuitSimulation.Circuit, CircuitSimulation.Note);
        _circuits.Wait(TimeSpan.FromSeconds(30));
        await control.ResumeTaskAsync("test.geocode", CircuitSimulation.Note);
        Assert.Equal(3, _circuits.HeldCount);
        await _circuits.DeliverAsync(_worker);
        Assert.Equal((0, 3), (_circuits.RunIds.Count, _circuits.HeldCount));

        await _control.AutomaticAsync(CircuitSimulation.Circuit, CircuitSimulation.Note);
        await _circuits.FinishAsync(_worker, ["a", "b", "c"]);
        Assert.Equal(3, _circuits.RunIds.Count);
    }
}
