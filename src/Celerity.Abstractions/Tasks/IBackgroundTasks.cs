namespace Celerity;

/// <summary>Sends tasks. A singleton, safe for concurrent use.</summary>
public interface IBackgroundTasks
{
    /// <summary>Puts one task on its queue. It runs at least once.</summary>
    /// <typeparam name="TTask">A type marked with <see cref="CelerityTaskAttribute"/>.</typeparam>
    /// <param name="task">The payload; up to <c>Celerity:Sending:MaxPayloadBytes</c> (100 MiB). What does not fit a message goes to a blob.</param>
    /// <param name="options">The delay and the like; <see langword="null"/> for none.</param>
    /// <param name="cancellationToken">Stops the wait. The task may have been accepted all the same.</param>
    /// <returns>The task's id; with a unique key the id of the task that holds it; of a task with a cache maybe that of an earlier one with the same payload.</returns>
    /// <exception cref="CelerityException">CEL0203: the payload is too large; CEL0206: it is no task; CEL0208: an option is out of its range; CEL0231: no such queue. Nothing was sent.</exception>
    Task<string> EnqueueAsync<TTask>(TTask task, EnqueueOptions? options = null, CancellationToken cancellationToken = default)
        where TTask : notnull;

    /// <summary>Puts many tasks on their queue, packed into few messages. Each runs at least once and has a life of its own.</summary>
    /// <typeparam name="TTask">A type marked with <see cref="CelerityTaskAttribute"/>.</typeparam>
    /// <param name="tasks">The payloads.</param>
    /// <param name="options">Said of each of them. No key, and at most 6 days of delay: such tasks are sent one by one.</param>
    /// <param name="cancellationToken">Stops the sending; what was sent until then stays sent.</param>
    /// <returns>The ids, in the order of <paramref name="tasks"/>.</returns>
    /// <exception cref="CelerityException">As for <see cref="EnqueueAsync"/>. Tasks before the one at fault may have been sent.</exception>
    Task<IReadOnlyList<string>> EnqueueManyAsync<TTask>(
        IEnumerable<TTask> tasks, EnqueueOptions? options = null, CancellationToken cancellationToken = default)
        where TTask : notnull;

    /// <summary>As above, for a stream: memory stays flat however long it is.</summary>
    /// <typeparam name="TTask">A type marked with <see cref="CelerityTaskAttribute"/>.</typeparam>
    /// <param name="tasks">The payloads, read as fast as they are sent.</param>
    /// <param name="options">Said of each of them.</param>
    /// <param name="cancellationToken">Stops the sending; what was sent until then stays sent.</param>
    /// <returns>How many were sent.</returns>
    Task<long> EnqueueManyAsync<TTask>(
        IAsyncEnumerable<TTask> tasks, EnqueueOptions? options = null, CancellationToken cancellationToken = default)
        where TTask : notnull;

    /// <summary>Makes a task ready to be sent later: for callers that store it in the transaction of their own write (<see cref="IOutboxStore"/>).</summary>
    /// <typeparam name="TTask">A type marked with <see cref="CelerityTaskAttribute"/>.</typeparam>
    /// <param name="task">The payload. One that does not fit a message is written to a blob now.</param>
    /// <param name="options">The options; times count from now.</param>
    /// <param name="cancellationToken">Stops the wait.</param>
    /// <returns>The task, not sent.</returns>
    /// <exception cref="CelerityException">As for <see cref="EnqueueAsync"/>.</exception>
    Task<PreparedTask> PrepareAsync<TTask>(TTask task, EnqueueOptions? options = null, CancellationToken cancellationToken = default)
        where TTask : notnull;

    /// <summary>Sends a prepared task. Sent again, by whomever, it is the same send: it runs as one task.</summary>
    /// <param name="task">The task.</param>
    /// <param name="cancellationToken">Stops the wait. The task may have been accepted all the same.</param>
    /// <returns>The task's id; with a unique key the id of the task that holds it.</returns>
    /// <exception cref="CelerityException">CEL0234: the text is no prepared task; CEL0231: its queue is gone. Nothing was sent.</exception>
    Task<string> SendPreparedAsync(PreparedTask task, CancellationToken cancellationToken = default);
}
