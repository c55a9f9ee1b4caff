namespace Celerity.Runs;

/// <summary>Where a run stands.</summary>
internal enum RunState
{
    /// <summary>Accepted; its orchestration has not begun.</summary>
    Pending,

    /// <summary>Its orchestration runs.</summary>
    Running,

    /// <summary>Cancel was asked for: waiting slices are dropped, running ones stop at their next record.</summary>
    Cancelling,

    /// <summary>Ended well.</summary>
    Succeeded,

    /// <summary>Ended within its tolerance, with rejected records or dead chunks.</summary>
    SucceededWithErrors,

    /// <summary>Ended with a fault, or beyond its tolerance.</summary>
    Failed,

    /// <summary>Ended because it was cancelled.</summary>
    Cancelled,
}

internal static class RunStateExtensions
{
    /// <summary>Tells whether a run that stands so still wants what was begun for it.</summary>
    public static bool IsWanting(this RunState state) => !state.IsEnd() && state != RunState.Cancelling;

    public static bool IsEnd(this RunState state) => state >= RunState.Succeeded;
}
