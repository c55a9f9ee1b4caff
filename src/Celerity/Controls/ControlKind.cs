namespace Celerity.Controls;

/// <summary>What an entry of the board is about.</summary>
internal enum ControlKind
{
    /// <summary>The state of a circuit. Its target is the circuit's name.</summary>
    Circuit,

    /// <summary>Whether a queue is paused.</summary>
    PauseQueue,

    /// <summary>Whether a task is paused, by its name.</summary>
    PauseTask,

    /// <summary>A queue whose held tasks may have become free.</summary>
    Refill,

    /// <summary>That there are schedules that were defined over HTTP.</summary>
    Schedules,

    /// <summary>What keeps alerts from being told for a while, by its id.</summary>
    Silence,

    /// <summary>Whether a generation of a run is suspended: <c>{run}.g{generation}</c>.</summary>
    SuspendRun,

    /// <summary>What a task is set to while the app runs, over all that code and configuration say.</summary>
    Settings,
}
