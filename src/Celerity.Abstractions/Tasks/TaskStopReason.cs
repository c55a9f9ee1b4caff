namespace Celerity;

/// <summary>Why an attempt's token has fired.</summary>
public enum TaskStopReason
{
    /// <summary>It has not.</summary>
    None,

    /// <summary>The time limit has passed: the attempt counts as timed out.</summary>
    TimeLimit,

    /// <summary>The app stops: the task goes on elsewhere, at no attempt.</summary>
    Shutdown,

    /// <summary>The task was revoked: it ends as <see cref="TaskState.Revoked"/>.</summary>
    Revoked,
}
