namespace Celerity;

/// <summary>Sends tasks. A singleton, safe for concurrent use.</summary>
public interface IBackgroundTasks
{
    /// <summary>Puts one task on its queue. It runs at least once.</summary>
    /// <typeparam name="TTask">A type marked with <see cref="CelerityTaskAttribute"/>.</typeparam>
    /// <param name="task">The payload; at most 48 KiB as JSON with its envelope.</param>
    /// <param name="options">The delay and the like; <see langword="null"/> for none.</param>
    /// <param name="cancellationToken">Stops the wait. The task may have been accepted all the same.</param>
    /// <returns>The task's id.</returns>
    /// <exception cref="CelerityException">CEL0203: the encoded task is too large. Nothing was sent.</exception>
    Task<string> EnqueueAsync<TTask>(TTask task, EnqueueOptions? options = null, CancellationToken cancellationToken = default)
        where TTask : notnull;
}
