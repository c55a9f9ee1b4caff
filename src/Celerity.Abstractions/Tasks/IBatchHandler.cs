namespace Celerity;

/// <summary>Runs tasks of one type several at a time: what this process is brought within a moment is gathered, and handled by one call.</summary>
/// <typeparam name="TTask">A type marked with <see cref="CelerityTaskAttribute"/>; each message's payload is read into it.</typeparam>
/// <remarks>
/// Found and made as an <see cref="ITaskHandler{TTask}"/> is, in a scope of its own for each call. <see cref="CelerityTaskAttribute.BatchSize"/> and
/// <see cref="CelerityTaskAttribute.BatchWaitSeconds"/> say how many tasks a call has at most and how long the first of them waits for the others.
/// Every task keeps its own life: its attempts, its retry, its result. A task whose process has died while it ran comes alone from then on.
/// </remarks>
public interface IBatchHandler<TTask>
{
    /// <summary>Runs one attempt of each of several tasks.</summary>
    /// <param name="items">The tasks, 1 to the task's batch size, each with its context. No two are the same delivery; their order tells nothing.</param>
    /// <param name="cancellationToken">
    /// Fires at the time limit, which holds for the whole call, and once none of the tasks is wanted any more: each has been revoked, or the app stops.
    /// <see cref="TaskContext.StopReason"/> tells for each.
    /// </param>
    /// <returns>
    /// An outcome for each task, in the order of <paramref name="items"/>; another number of them fails all (CEL0217). An exception is a failure
    /// of each: where one task is to blame, return its failure as its outcome and spare the others.
    /// </returns>
    ValueTask<IReadOnlyList<TaskOutcome>> HandleAsync(IReadOnlyList<BatchItem<TTask>> items, CancellationToken cancellationToken);
}

/// <summary>Runs tasks of one type that give results several at a time. Otherwise as <see cref="IBatchHandler{TTask}"/>.</summary>
/// <typeparam name="TTask">A type marked with <see cref="CelerityTaskAttribute"/>; each message's payload is read into it.</typeparam>
/// <typeparam name="TResult">The result of one task, stored as JSON.</typeparam>
public interface IBatchHandler<TTask, TResult>
{
    /// <inheritdoc cref="IBatchHandler{TTask}.HandleAsync"/>
    ValueTask<IReadOnlyList<TaskOutcome<TResult>>> HandleAsync(IReadOnlyList<BatchItem<TTask>> items, CancellationToken cancellationToken);
}
