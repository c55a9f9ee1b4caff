using Celerity.Controls;
using Celerity.Holding;
using Celerity.Tasks;

namespace Celerity.Circuits;

/// <summary>Reads and writes the board for operators.</summary>
internal sealed class CircuitControl(CircuitStore circuits, ControlBoard board, HeldQueues held, TaskRegistry tasks, TimeProvider time) : ICircuits
{
    public async Task<IReadOnlyList<Circuit>> ListAsync(CancellationToken cancellationToken = default)
    {
        var controls = await board.RefreshAsync(cancellationToken).ConfigureAwait(false);
        return [.. tasks.Circuits.Select(name => Show(name, controls.CircuitOf(name)))];
    }

    public async Task<Circuit> GetAsync(string name, CancellationToken cancellationToken = default)
    {
        var circuit = NameOf(name);
        return Show(circuit, (await board.RefreshAsync(cancellationToken).ConfigureAwait(false)).CircuitOf(circuit));
    }

    public Task<bool> ForceOpenAsync(string name, ActionNote note, CancellationToken cancellationToken = default) =>
        ChangeAsync(name, note, (circuit, now) => circuit.ForceTo(CircuitState.Open, now, note), cancellationToken);

    public async Task<bool> ForceClosedAsync(string name, ActionNote note, CancellationToken cancellationToken = default)
    {
        var isChanged = await ChangeAsync(name, note, (circuit, now) => circuit.ForceTo(CircuitState.Closed, now, note), cancellationToken).ConfigureAwait(false);
        await held.RefillNowAsync(cancellationToken).ConfigureAwait(false);
        return isChanged;
    }

    public Task<bool> AutomaticAsync(string name, ActionNote note, CancellationToken cancellationToken = default) =>
        ChangeAsync(name, note, (circuit, now) => circuit.Release(now, note), cancellationToken);

    private async Task<bool> ChangeAsync(
        string name, ActionNote note, Func<CircuitNote, DateTimeOffset, CircuitNote?> change, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(note);
        return await circuits.ChangeAsync(NameOf(name), circuit => change(circuit, time.GetUtcNow()), cancellationToken).ConfigureAwait(false);
    }

    private string NameOf(string name) => tasks.Circuits.FirstOrDefault(circuit => string.Equals(circuit, name, StringComparison.OrdinalIgnoreCase))
        ?? throw new CelerityException(
            ErrorCodes.UnknownCircuit,
            $"There is no circuit '{name}'. The tasks of this app name {(tasks.Circuits.Count == 0 ? "none" : string.Join(", ", tasks.Circuits))}.");

    private Circuit Show(string name, CircuitNote note)
    {
        var state = note.StateAt(time.GetUtcNow());
        var needing = tasks.Tasks.Where(task => string.Equals(task.Settings.Circuit, name, StringComparison.OrdinalIgnoreCase));
        return new Circuit(name, state, note.Force is not null, [.. needing.Select(task => task.Settings.Name), .. tasks.Stages.StagesOf(name)])
        {
            At = note == CircuitNote.Never ? null : note.At,
            Until = state == CircuitState.Open && note.Force is null ? note.Until : null,
            OpeningCount = note.InARow,
            Who = note.Who is { Length: > 0 } who ? who : null,
            Why = note.Why is { Length: > 0 } why ? why : null,
        };
    }
}
