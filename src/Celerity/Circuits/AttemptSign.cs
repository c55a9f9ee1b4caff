using Celerity.Tasks;

namespace Celerity.Circuits;

/// <summary>What the end of an attempt tells of what the task needs.</summary>
internal enum AttemptSign
{
    /// <summary>Nothing: it was stopped, or put itself off.</summary>
    None,

    /// <summary>It answers, be it with an error for good.</summary>
    Up,

    /// <summary>It may be down.</summary>
    Failed,

    /// <summary>It is down, as the handler knows.</summary>
    Down,
}

internal static class AttemptSigns
{
    public static AttemptSign Of(AttemptEnd end) => end switch
    {
        AttemptEnd.Returned { Outcome.Kind: TaskOutcomeKind.Snooze } => AttemptSign.None,
        AttemptEnd.Returned { Outcome.Kind: TaskOutcomeKind.Retry } => AttemptSign.Failed,
        AttemptEnd.Returned => AttemptSign.Up,
        AttemptEnd.TimedOut => AttemptSign.Failed,
        AttemptEnd.Threw { Failure.Category: ErrorCategory.DependencyDown } => AttemptSign.Down,
        AttemptEnd.Threw { Failure.Category: ErrorCategory.Transient or ErrorCategory.Throttled or ErrorCategory.TimedOut } => AttemptSign.Failed,
        AttemptEnd.Threw { Failure.Category: ErrorCategory.Cancelled } => AttemptSign.None,
        AttemptEnd.Threw => AttemptSign.Up,
        _ => AttemptSign.None,
    };
}
