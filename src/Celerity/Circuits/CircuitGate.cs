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
        var answers = await AskAsync([.. passes.Select(pass => pass.Envelope.Id)], settings, controls, cancellationToken).ConfigureAwait(false);
        return [.. passes.Zip(answers, (pass, answer) => answer.Held is { } hold
            ? (pass, TaskVerdict.Held(pass.Row, hold))
            : (pass with { Probe = answer.Probe }, (TaskVerdict.Next?)null))];
    }

    /// <summary>Asks for tasks or chunks of one name, by their ids.</summary>
    /// <returns>For each the opening that it is a probe of, or what holds it; neither where the circuit is closed.</returns>
    public async ValueTask<IReadOnlyList<(int? Probe, Hold? Held)>> AskAsync(
        IReadOnlyList<string> ids, TaskSettings settings, ControlSnapshot controls, CancellationToken cancellationToken)
    {
        if (settings.Circuit is not { } name || ids.Count == 0 || controls.CircuitOf(name).StateAt(time.GetUtcNow()) == CircuitState.Closed)
        {
            return [.. ids.Select(_ => ((int?)null, (Hold?)null))];
        }

        if (HasRoom(ids, name, controls))
        {
            controls = await LetProbeAsync(ids, name, settings, cancellationToken).ConfigureAwait(false);
        }

        var note = controls.CircuitOf(name);
        var hold = HoldRule.FindCircuit(name, controls, time.GetUtcNow());
        return [.. ids.Select(id => hold is not null && note.StateAt(time.GetUtcNow()) == CircuitState.HalfOpen && note.IsProbe(id)
            ? (note.Opening, null)
            : ((int?)null, hold))];
    }

    public void Dispose() => _turn.Dispose();

    private async ValueTask<ControlSnapshot> LetProbeAsync(IReadOnlyList<string> ids, string name, TaskSettings settings, CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            var controls = await board.GetAsync(cancellationToken).ConfigureAwait(false);
            if (!HasRoom(ids, name, controls))
            {
                return controls;
            }

            _ = await circuits.ChangeAsync(
                name,
                note => note.LetProbe(
                    ids, registry.OptionsOf(name), time.GetUtcNow(), time.GetUtcNow() + settings.TimeLimit + Margin),
                cancellationToken).ConfigureAwait(false);
            return await board.GetAsync(cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            _turn.Release();
        }
    }

    private bool HasRoom(IReadOnlyList<string> ids, string name, ControlSnapshot controls)
    {
        var note = controls.CircuitOf(name);
        return note.RoomAt(time.GetUtcNow(), registry.OptionsOf(name)) > 0 && ids.Any(id => !note.IsProbe(id));
    }
}
