namespace Celerity;

/// <summary>Runs tasks of one type. Registered by <c>AddCelerity().AddHandler&lt;T&gt;()</c>; made anew, in a scope of its own, for each attempt.</summary>
/// <typeparam name="TTask">A type marked with <see cref="CelerityTaskAttribute"/>; the message's payload is read into it.</typeparam>
/// <remarks>
/// A task runs at least once: after a crash, or when a delivery comes twice before the first has ended, <see cref="HandleAsync"/> runs again.
/// Only one outcome is ever stored.
/// </remarks>
public interface ITaskHandler<in TTask>
{
    /// <summary>Runs one attempt.</summary>
    /// <param name="task">The payload, not null, checked against its type and its data annotations.</param>
    /// <param name="context">The attempt's facts.</param>
    /// <param name="cancellationToken">Fires when the app stops, when the task is revoked, and at the task's time limit.</param>
    /// <returns>What to do next. An exception is a failure, classified by its type (<c>docs/retries.md</c>).</returns>
    ValueTask<TaskOutcome> HandleAsync(TTask task, TaskContext context, CancellationToken cancellationToken);
}

/// <summary>Runs tasks of one type that give a result. Otherwise as <see cref="ITaskHandler{TTask}"/>.</summary>
/// <typeparam name="TTask">A type marked with <see cref="CelerityTaskAttribute"/>; the message's payload is read into it.</typeparam>
/// <typeparam name="TResult">The result, stored as JSON.</typeparam>
public interface ITaskHandler<in TTask, TResult>
{
    /// <summary>Runs one attempt.</summary>
    /// <param name="task">The payload, not null, checked against its type and its data annotations.</param>
    /// <param name="context">The attempt's facts.</param>
    /// <param name="cancellationToken">Fires when the app stops, when the task is revoked, and at the task's time limit.</param>
    /// <returns>The result, or another outcome such as <see cref="TaskOutcome.Retry"/>: both convert.</returns>
    ValueTask<TaskOutcome<TResult>> HandleAsync(TTask task, TaskContext context, CancellationToken cancellationToken);
}
