using Celerity.Controls;
using Celerity.Stages;
using Celerity.Storage;
using Celerity.Tasks;

namespace Celerity.Holding;

/// <summary>Tells why tasks and slices are held: their queue or they themselves are paused, their run is suspended, or the circuit that they need is not closed.</summary>
internal static class HoldRule
{
    /// <summary>Tells what a circuit that is not closed holds its tasks by; <see langword="null"/> where it is closed.</summary>
    public static Hold? FindCircuit(string circuit, ControlSnapshot controls, DateTimeOffset now)
    {
        var note = controls.CircuitOf(circuit);
        return note.StateAt(now) switch
        {
            CircuitState.Closed => null,
            CircuitState.HalfOpen => new Hold(DeferralReason.CircuitOpen, $"The circuit '{circuit}' is half-open: its probes run.", controls.ReadAt),
            _ => new Hold(DeferralReason.CircuitOpen, note.Force is null ? $"The circuit '{circuit}' is open until {note.Until:O}." : $"The circuit '{circuit}' was forced open at {note.At:O}.", controls.ReadAt),
        };
    }

    /// <summary>Tells what pause holds a whole queue; <see langword="null"/> where none does.</summary>
    public static Hold? FindPause(string queue, ControlSnapshot controls) => controls.FindPause(ControlKind.PauseQueue, queue) is { } pause
        ? new Hold(DeferralReason.Paused, $"The queue is paused since {pause.At:O}.", controls.ReadAt)
        : null;

    /// <summary>Tells what holds all chunks of a stage, whatever its circuit: a pause of their queue, or that its run is suspended.</summary>
    public static Hold? FindPause(StageKey stage, ControlSnapshot controls) => FindPause(StorageNames.ChunksQueue, controls)
        ?? (controls.FindSuspension(stage.Run, stage.Generation) is { } suspension ? Suspended(suspension, controls) : null);

    /// <summary>Tells what pause holds a task, or that the run which waits for it is suspended; <see langword="null"/> where nothing does.</summary>
    public static Hold? Find(TaskPass pass, ControlSnapshot controls)
    {
        if (controls.HasNoPause)
        {
            return null;
        }

        return FindPause(pass.Queue, controls) is { } queue ? queue
            : controls.FindPause(ControlKind.PauseTask, ControlEntry.TargetOf(pass.Envelope.Task)) is { } task ? new Hold(DeferralReason.Paused, $"The task is paused since {task.At:O}.", controls.ReadAt)
            : pass.Envelope is { Group: not null, RunId: { } run } && controls.FindSuspension(run) is { } suspension ? Suspended(suspension, controls)
            : null;
    }

    private static Hold Suspended(PauseNote suspension, ControlSnapshot controls) =>
        new(DeferralReason.Paused, $"The run is suspended since {suspension.At:O}.", controls.ReadAt);
}
