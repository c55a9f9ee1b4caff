namespace Celerity;

/// <summary>Where a run stands.</summary>
public enum RunState
{
    /// <summary>Accepted; its orchestration has not begun.</summary>
    Pending,

    /// <summary>Its orchestration runs.</summary>
    Running,

    /// <summary>At work, but its chunks are held until it is resumed. Shown only: the board says it, and the run's row says what it is at.</summary>
    Suspended,

    /// <summary>Cancel was asked for: waiting slices are dropped, running ones stop at their next record.</summary>
    Cancelling,

    /// <summary>Ended well.</summary>
    Succeeded,

    /// <summary>Ended within its tolerance, with rejected records or dead chunks; or went on although tasks failed that it awaited, or a run that it awaited ended so.</summary>
    SucceededWithErrors,

    /// <summary>Ended with a fault, or beyond its tolerance.</summary>
    Failed,

    /// <summary>Ended because it was cancelled.</summary>
    Cancelled,

    /// <summary>Ended, and on its way out: what it wrote is being deleted.</summary>
    Purging,
}
