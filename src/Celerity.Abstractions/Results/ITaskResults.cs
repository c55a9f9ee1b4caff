namespace Celerity;

/// <summary>Finds tasks by their ids and waits for their results. A singleton, safe for concurrent use.</summary>
/// <remarks>
/// What is stored of a task follows its <see cref="CelerityTaskAttribute.Tracking"/>: at <see cref="TaskTracking.Full"/> it is found from the
/// send on; at <see cref="TaskTracking.Result"/> from its end, or its first retry, on; at <see cref="TaskTracking.None"/> only where it was
/// handed over or became a dead letter.
/// </remarks>
public interface ITaskResults
{
    /// <summary>Reads one task. Costs one request, and one more where the result lies in a blob.</summary>
    /// <param name="id">The id that the send returned.</param>
    /// <param name="cancellationToken">Stops the wait.</param>
    /// <returns>The task, or <see langword="null"/> where nothing is stored of it: never sent, not tracked so far, or expired.</returns>
    Task<TaskRecord?> FindAsync(string id, CancellationToken cancellationToken = default);

    /// <summary>Waits until a task has ended. Woken at once where it ends in this process; otherwise it looks every 50 milliseconds at first, every 2 seconds at last.</summary>
    /// <param name="id">The id that the send returned.</param>
    /// <param name="timeout">0 and up: how long to wait at most.</param>
    /// <param name="cancellationToken">Stops the wait.</param>
    /// <returns>The task as it is in the end, ended or not; <see langword="null"/> where nothing is stored of it.</returns>
    Task<TaskRecord?> WaitAsync(string id, TimeSpan timeout, CancellationToken cancellationToken = default);

    /// <summary>Waits for a task's result.</summary>
    /// <typeparam name="TResult">What its JSON is read into.</typeparam>
    /// <param name="id">The id that the send returned.</param>
    /// <param name="timeout">0 and up: how long to wait at most.</param>
    /// <param name="cancellationToken">Stops the wait.</param>
    /// <returns>The result; the type's default where the task succeeded without one.</returns>
    /// <exception cref="TaskNotSucceededException">CEL0212: it ended otherwise; the exception tells how and why.</exception>
    /// <exception cref="CelerityException">
    /// CEL0210: nothing is stored of it; CEL0211: it has not ended in time; CEL0213: its result is not kept any more;
    /// CEL0214: its result does not fit <typeparamref name="TResult"/>.
    /// </exception>
    Task<TResult?> GetResultAsync<TResult>(string id, TimeSpan timeout, CancellationToken cancellationToken = default);

    /// <summary>Lists tasks, the newest first. At most 64 requests a page.</summary>
    /// <param name="query">Which; <see langword="null"/> for all.</param>
    /// <param name="cancellationToken">Stops the wait.</param>
    /// <returns>One page. It may be short, even empty, and yet have a next one.</returns>
    /// <remarks>Tasks whose id was chosen by somebody else (a stranger's, or of an idempotency key) carry no time: they are found by id alone.</remarks>
    /// <exception cref="CelerityException">CEL0308: the limit, the cursor, the text or the times are not valid.</exception>
    Task<TaskPage> ListAsync(TaskListQuery? query = null, CancellationToken cancellationToken = default);
}
