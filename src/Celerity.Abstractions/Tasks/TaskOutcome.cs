namespace Celerity;

/// <summary>What a handler wants to happen next.</summary>
public sealed record TaskOutcome
{
    private TaskOutcome(TaskOutcomeKind kind) => Kind = kind;

    /// <summary>Gets the outcome of a task that is done.</summary>
    public static TaskOutcome Completed { get; } = new(TaskOutcomeKind.Completed);

    internal TaskOutcomeKind Kind { get; }

    internal TimeSpan? Delay { get; private init; }

    internal string? Reason { get; private init; }

    internal object? Result { get; private init; }

    /// <summary>Done, with a result to store.</summary>
    /// <param name="result">Stored as JSON; <see langword="null"/> for none.</param>
    public static TaskOutcome CompletedWith(object? result) => new(TaskOutcomeKind.Completed) { Result = result };

    /// <summary>Failed for now: try again. Costs an attempt.</summary>
    /// <param name="after">The least wait, 0 to 6 days; <see langword="null"/> for the policy's backoff.</param>
    /// <param name="reason">Kept in the attempt history.</param>
    public static TaskOutcome Retry(TimeSpan? after = null, string? reason = null) =>
        new(TaskOutcomeKind.Retry) { Delay = after, Reason = reason };

    /// <summary>Not now: put it back. Costs no attempt.</summary>
    /// <param name="delay">0 to 6 days.</param>
    public static TaskOutcome Snooze(TimeSpan delay) => new(TaskOutcomeKind.Snooze) { Delay = delay };

    /// <summary>Nothing to do any more. The task ends as <see cref="TaskState.Discarded"/>.</summary>
    /// <param name="reason">Kept on the task's record.</param>
    public static TaskOutcome Discard(string reason) => new(TaskOutcomeKind.Discard) { Reason = reason };

    /// <summary>It will never work: dead letter now, whatever attempts are left.</summary>
    /// <param name="reason">The cause that the dead letter shows.</param>
    public static TaskOutcome DeadLetter(string reason) => new(TaskOutcomeKind.DeadLetter) { Reason = reason };
}

/// <summary>What a handler with a result wants to happen next: a result, or any other outcome. Return either; both convert.</summary>
/// <typeparam name="TResult">The result.</typeparam>
public readonly struct TaskOutcome<TResult>
{
    private readonly TaskOutcome? _outcome;

    private TaskOutcome(TaskOutcome outcome) => _outcome = outcome;

    internal TaskOutcome Outcome => _outcome ?? TaskOutcome.Completed;

    /// <summary>Done, with a result to store.</summary>
    /// <param name="result">The result; <see langword="null"/> for none.</param>
    public static implicit operator TaskOutcome<TResult>(TResult result) => new(TaskOutcome.CompletedWith(result));

    /// <summary>Any other outcome.</summary>
    /// <param name="outcome">The outcome.</param>
    public static implicit operator TaskOutcome<TResult>(TaskOutcome outcome) => new(outcome);
}

internal enum TaskOutcomeKind
{
    Completed,
    Retry,
    Snooze,
    Discard,
    DeadLetter,
}
