using Celerity.Controls;
using Celerity.Tasks;

namespace Celerity.Holding;

/// <summary>Tells why tasks are held: their queue or they themselves are paused, or a circuit that they need is open.</summary>
internal static class HoldRule
{
    /// <summary>Tells why a task is held; <see langword="null"/> where it is not.</summary>
    public static Hold? Find(TaskPass pass, ControlSnapshot controls)
    {
        if (controls.HasNoPause)
        {
            return null;
        }

        return controls.FindPause(ControlKind.PauseQueue, pass.Queue) is { } queue ? new Hold($"The queue is paused since {queue.At:O}.", controls.ReadAt)
            : controls.FindPause(ControlKind.PauseTask, TargetOf(pass.Envelope.Task)) is { } task ? new Hold($"The task is paused since {task.At:O}.", controls.ReadAt)
            : null;
    }

    /// <summary>A task's name as the board has it: names are unique without regard to case.</summary>
    public static string TargetOf(string task) => task.ToLowerInvariant();
}
