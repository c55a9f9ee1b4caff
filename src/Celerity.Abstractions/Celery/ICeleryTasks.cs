namespace Celerity;

/// <summary>Sends tasks that Celery workers run, as kombu's transport for Azure Storage queues would. A singleton, safe for concurrent use.</summary>
public interface ICeleryTasks
{
    /// <summary>Puts one task on a queue that Celery workers listen to. One request; the queue must exist, as it does once a worker has started.</summary>
    /// <param name="queue">Celery's name for the queue, such as <c>celery</c>; on storage its punctuation becomes hyphens, as kombu has it.</param>
    /// <param name="task">The task's name, such as <c>demo.add</c>.</param>
    /// <param name="args">The positional arguments, each as JSON; <see langword="null"/> for none.</param>
    /// <param name="kwargs">
    /// The keyword arguments, as JSON: an object whose members are named as Python names them, or a dictionary. <see langword="null"/> for none.
    /// Names are written as they are.
    /// </param>
    /// <param name="options">When and how long it runs; <see langword="null"/> for at once.</param>
    /// <param name="cancellationToken">Stops the wait. The task may have been sent all the same.</param>
    /// <returns>The task's id.</returns>
    /// <remarks>
    /// The transport of Celery's workers deletes a message when it receives it: a worker that dies loses the tasks it holds. What must not be lost
    /// belongs into a handler of this app.
    /// </remarks>
    /// <exception cref="CelerityException">
    /// CEL0231: no queue can have that name; CEL0252: the message is larger than 64 KiB; CEL0208: an option is out of its range, or the keyword
    /// arguments are no object. Nothing was sent.
    /// </exception>
    Task<string> SendAsync(
        string queue,
        string task,
        IReadOnlyList<object?>? args = null,
        object? kwargs = null,
        CelerySendOptions? options = null,
        CancellationToken cancellationToken = default);
}
