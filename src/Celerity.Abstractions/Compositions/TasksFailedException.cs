namespace Celerity;

/// <summary>Of the tasks that a pipeline waits for, more failed than it tolerates (CEL0350).</summary>
/// <param name="code">CEL0350.</param>
/// <param name="message">How many failed, and the first of them.</param>
/// <param name="failures">The first of those that failed, 20 at most.</param>
public sealed class TasksFailedException(string code, string message, IReadOnlyList<AwaitedTaskFailure> failures) : CelerityException(code, message)
{
    /// <summary>Gets the first of those that failed, in the order of the tasks, 20 at most.</summary>
    public IReadOnlyList<AwaitedTaskFailure> Failures { get; } = failures;
}
