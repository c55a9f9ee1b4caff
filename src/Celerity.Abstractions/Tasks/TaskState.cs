namespace Celerity;

/// <summary>Where a task stands. <c>docs/state-machine.md</c> draws every edge.</summary>
public enum TaskState
{
    /// <summary>Accepted, not yet due.</summary>
    Scheduled,

    /// <summary>On its queue.</summary>
    Enqueued,

    /// <summary>A handler runs it.</summary>
    Running,

    /// <summary>Put back without having run.</summary>
    Deferred,

    /// <summary>Failed, and waiting for its next attempt.</summary>
    Retrying,

    /// <summary>Ended well; the result is stored.</summary>
    Succeeded,

    /// <summary>Will not run again by itself; the dead letter says why.</summary>
    DeadLettered,

    /// <summary>Revoked before it ended.</summary>
    Revoked,

    /// <summary>Its time to live passed before it ran.</summary>
    Expired,

    /// <summary>Its handler said that there is nothing to do any more.</summary>
    Discarded,
}
