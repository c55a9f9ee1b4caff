namespace Celerity;

/// <summary>Why an attempt failed, which decides what happens next.</summary>
public enum ErrorCategory
{
    /// <summary>A fault that passes: sockets, 5xx, a dependency's time-out. Retried with full-jitter exponential backoff.</summary>
    Transient,

    /// <summary>The other side asked to slow down (429, 503 with Retry-After). Retried after at least what it said.</summary>
    Throttled,

    /// <summary>The hard time limit passed. Retried.</summary>
    TimedOut,

    /// <summary>It will never work: bad input, 4xx, an unknown task. Dead letter at once.</summary>
    Permanent,

    /// <summary>The process died while it ran. Retried alone; dead letter at the third.</summary>
    Crashed,

    /// <summary>The message is neither ours nor Celery's nor JSON. Dead letter at once, its bytes kept.</summary>
    Undecodable,

    /// <summary>What the task needs is down. Its circuit opens and it is held, at no attempt; a task without a circuit is retried.</summary>
    DependencyDown,

    /// <summary>Revoked or cancelled, or the app is shutting down.</summary>
    Cancelled,

    /// <summary>A chunk whose messages were lost as often as the watchdog may send them again.</summary>
    Lost,
}
