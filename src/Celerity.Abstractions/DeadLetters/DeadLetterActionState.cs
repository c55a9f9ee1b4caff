namespace Celerity;

/// <summary>Where a replay or purge stands.</summary>
public enum DeadLetterActionState
{
    /// <summary>It is stored and begins within a minute.</summary>
    Accepted,

    /// <summary>It goes on.</summary>
    Running,

    /// <summary>Its first letters are replayed; it waits for them to succeed.</summary>
    Canary,

    /// <summary>It has been through all letters.</summary>
    Completed,

    /// <summary>It has stopped: a task of its canary did not succeed.</summary>
    Stopped,

    /// <summary>Somebody stopped it.</summary>
    Cancelled,
}
