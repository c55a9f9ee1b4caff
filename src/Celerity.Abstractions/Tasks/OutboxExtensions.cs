using System.Data.Common;

namespace Celerity;

/// <summary>Sends tasks together with the caller's own write.</summary>
public static class OutboxExtensions
{
    /// <summary>
    /// Keeps a task in the caller's transaction: it is sent after the commit, within about a minute by the maintenance timer, and never after
    /// a rollback. It runs at least once.
    /// </summary>
    /// <typeparam name="TTask">A type marked with <see cref="CelerityTaskAttribute"/>.</typeparam>
    /// <param name="tasks">What prepares it.</param>
    /// <param name="outbox">Where it is kept; registered as <see cref="IOutboxStore"/>, so that the timer finds it.</param>
    /// <param name="transaction">The caller's transaction, not yet committed.</param>
    /// <param name="task">The payload.</param>
    /// <param name="options">The options; times count from now.</param>
    /// <param name="cancellationToken">Stops the wait.</param>
    /// <returns>The task. To have it sent at once, call <see cref="IBackgroundTasks.SendPreparedAsync"/> with it after the commit: no harm is done twice.</returns>
    /// <exception cref="CelerityException">As for <see cref="IBackgroundTasks.EnqueueAsync"/>. Nothing was kept.</exception>
    public static async Task<PreparedTask> EnqueueAfterCommitAsync<TTask>(
        this IBackgroundTasks tasks,
        DbOutbox outbox,
        DbTransaction transaction,
        TTask task,
        EnqueueOptions? options = null,
        CancellationToken cancellationToken = default)
        where TTask : notnull
    {
        ArgumentNullException.ThrowIfNull(tasks);
        ArgumentNullException.ThrowIfNull(outbox);
        var prepared = await tasks.PrepareAsync(task, options, cancellationToken).ConfigureAwait(false);
        await outbox.AddAsync(transaction, prepared, cancellationToken).ConfigureAwait(false);
        return prepared;
    }
}
