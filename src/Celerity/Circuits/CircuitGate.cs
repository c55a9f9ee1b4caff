using Celerity.Controls;
using Celerity.Holding;
using Celerity.Tasks;

namespace Celerity.Circuits;

/// <summary>
/// Holds the tasks of circuits that are not closed. While one is half-open, it lets the first few through as probes, whichever instance they come
/// to: their ids are noted on the board before they run, so that nobody has to mark a message, and one that comes again is still a probe.
/// </summary>
internal sealed class CircuitGate(CircuitStore circuits, CircuitRegistry registry, ControlBoard board, TimeProvider time) : IDisposable
{
    // What a probe may take beyond its time limit: the grace of the handler, and a wait for a rate limit or a slot.
    private static readonly TimeSpan Margin = TimeSpan.FromSeconds(30);

    // One at a time, so that those behind see on the board that all places are taken, without a request of their own.
    private readonly SemaphoreSlim _turn = new(1, 1);

    /// <summary>Asks for tasks of one name.</summary>
    /// <returns>For each its pass, or what holds it.</returns>
    public async ValueTask<IReadOnlyList<(TaskPass Pass, TaskVerdict.Next? Held)>> AskAsync(
        IReadOnlyList<TaskPass> passes, TaskSettings settings, ControlSnapshot controls, CancellationToken cancellationToken)
    {
        if (settings.Circuit is not { } name || passes.Count == 0 || controls.CircuitOf(name).StateAt(time.GetUtcNow()) == CircuitState.Closed)
        {
            return [.. passes.Select(pass => (pass, (TaskVerdict.Next?)null))];
        }

        if (HasRoom(passes, name, controls))
        {
            controls = await LetProbeAsync(passes, name, settings, cancellationToken).ConfigureAwait(false);
        }

        var note = controls.CircuitOf(name);
        var hold = HoldRule.FindCircuit(name, controls, time.GetUtcNow());
        return [.. passes.Select(pass => hold is null ? (pass, null)
            : note.StateAt(time.GetUtcNow()) == CircuitState.HalfOpen && note.IsProbe(pass.Envelope.Id) ? (pass with { Probe = note.Opening }, null)
            : (pass, (TaskVerdict.Next?)TaskVerdict.Held(pass.Row, hold)))];
    }

    public void Dispose() => _turn.Dispose();

    private async ValueTask<ControlSnapshot> LetProbeAsync(IReadOnlyList<TaskPass> passes, string name, TaskSettings settings, CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            var controls = await board.GetAsync(cancellationToken).ConfigureAwait(false);
            if (!HasRoom(passes, name, controls))
            {
                return controls;
            }

            _ = await circuits.ChangeAsync(
                name,
                note => note.LetProbe(
                    passes.Select(pass => pass.Envelope.Id), registry.OptionsOf(name), time.GetUtcNow(), time.GetUtcNow() + settings.TimeLimit + Margin),
                cancellationToken).ConfigureAwait(false);
            return await board.GetAsync(cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            _turn.Release();
        }
    }

    private bool HasRoom(IReadOnlyList<TaskPass> passes, string name, ControlSnapshot controls)
    {
        var note = controls.CircuitOf(name);
        return note.RoomAt(time.GetUtcNow(), registry.OptionsOf(name)) > 0 && passes.Any(pass => !note.IsProbe(pass.Envelope.Id));
    }
}
