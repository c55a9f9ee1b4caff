using Celerity.Controls;
using Celerity.Holding;
using Celerity.Maintenance;
using Celerity.Tasks;
using Celerity.Tasks.Sending;

namespace Celerity.Circuits;

/// <summary>Moves a few held tasks of each half-open circuit back to their queues, where they become its probes as any task that comes then.</summary>
/// <remarks>Moving one is no promise: what finds the places taken is held again. So there is nothing to lose between the move and the run.</remarks>
internal sealed class CircuitProbing(
    ControlBoard board, CircuitStore circuits, CircuitRegistry registry, TaskRegistry tasks, HeldQueues held, TaskQueues queues, TimeProvider time) : IMaintenanceStep
{
    // Each round sees others: those looked at come up again behind the rest.
    private const int MostLookedAt = 1024;

    // Long enough for every version of the app that runs while another is deployed.
    private static readonly TimeSpan Abandoned = TimeSpan.FromHours(1);

    public async ValueTask RunAsync(CancellationToken cancellationToken)
    {
        var controls = await board.GetAsync(cancellationToken).ConfigureAwait(false);
        await CloseAbandonedAsync(controls, cancellationToken).ConfigureAwait(false);
        var rooms = tasks.Circuits
            .Select(name => (Name: name, Room: controls.CircuitOf(name).RoomAt(time.GetUtcNow(), registry.OptionsOf(name))))
            .Where(circuit => circuit.Room > 0)
            .ToDictionary(circuit => circuit.Name, circuit => circuit.Room, StringComparer.OrdinalIgnoreCase);
        foreach (var queue in queues.Held.TakeWhile(_ => rooms.Count > 0))
        {
            var lookedAt = 0;
            _ = await held.LookThroughAsync(queue, controls, FindHold, NextCount, cancellationToken).ConfigureAwait(false);

            // First as many as are needed: mostly one circuit is open, and what is held is held for it.
            int NextCount()
            {
                var count = rooms.Count == 0 || lookedAt >= MostLookedAt ? 0
                    : lookedAt == 0 ? Math.Min(rooms.Values.Sum(), HeldQueues.MostAtOnce)
                    : HeldQueues.MostAtOnce;
                lookedAt += count;
                return count;
            }
        }

        Hold? FindHold(string name)
        {
            if (HoldRule.FindCircuit(name, controls, time.GetUtcNow()) is not { } hold)
            {
                return null;
            }

            if (rooms.GetValueOrDefault(name) is not (> 0 and var room))
            {
                return hold;
            }

            if (room == 1)
            {
                rooms.Remove(name);
            }
            else
            {
                rooms[name] = room - 1;
            }

            return null;
        }
    }

    // A circuit that no task names any more is never probed, and what was held for it would stay.
    private async ValueTask CloseAbandonedAsync(ControlSnapshot controls, CancellationToken cancellationToken)
    {
        var named = tasks.Circuits.Select(ControlEntry.TargetOf).ToHashSet(StringComparer.Ordinal);
        foreach (var name in controls.Circuits.Where(circuit => IsAbandoned(circuit.Value)).Select(circuit => circuit.Key).Where(name => !named.Contains(name)))
        {
            _ = await circuits.ChangeAsync(
                name,
                note => IsAbandoned(note) ? note.Closed(time.GetUtcNow(), new ActionNote("maintenance", "No task names it any more.")) : null,
                cancellationToken).ConfigureAwait(false);
        }

        bool IsAbandoned(CircuitNote note) => note.StateAt(time.GetUtcNow()) != CircuitState.Closed
            && time.GetUtcNow() - (note.At > note.Until ? note.At : note.Until) >= Abandoned;
    }
}
