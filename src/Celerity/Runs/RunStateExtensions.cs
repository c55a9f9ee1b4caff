using Celerity.Controls;

namespace Celerity.Runs;

/// <summary>What follows from where a run stands.</summary>
internal static class RunStateExtensions
{
    /// <summary>Tells whether a run that stands so still wants what was begun for it.</summary>
    public static bool IsWanting(this RunState state) => !state.IsEnd() && state != RunState.Cancelling;

    public static bool IsEnd(this RunState state) => state >= RunState.Succeeded;

    /// <summary>The state that is shown of a run that may be suspended.</summary>
    public static RunState With(this RunState state, PauseNote? suspension) =>
        state is RunState.Pending or RunState.Running && suspension is not null ? RunState.Suspended : state;
}
