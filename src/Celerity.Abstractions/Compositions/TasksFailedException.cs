namespace Celerity;

/// <summary>Of the tasks that a pipeline waits for, more failed than it tolerates (CEL0350).</summary>
/// <param name="message">How many failed, and the first of them.</param>
/// <param name="failures">The first of those that failed, 20 at most.</param>
public sealed class TasksFailedException(string message, IReadOnlyList<FailedTask> failures) : CelerityException("CEL0350", message)
{
    /// <summary>Gets the first of those that failed, in the order of the tasks, 20 at most.</summary>
    public IReadOnlyList<FailedTask> Failures { get; } = failures;
}

/// <summary>A task that failed.</summary>
/// <param name="Index">Its place among the tasks, from 0.</param>
/// <param name="Id">Its id; of a chain that of the link that failed.</param>
/// <param name="State">How it ended: <see cref="TaskState.DeadLettered"/>, <see cref="TaskState.Revoked"/> or <see cref="TaskState.Expired"/>.</param>
/// <param name="Category">What kind of failure it was; <see langword="null"/> where it was none.</param>
/// <param name="Reason">Why.</param>
public sealed record FailedTask(int Index, string Id, TaskState State, ErrorCategory? Category, string? Reason);
