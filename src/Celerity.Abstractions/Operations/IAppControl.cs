namespace Celerity;

/// <summary>Changes the app while it runs, on all instances, and tells what was changed. A singleton, safe for concurrent use.</summary>
/// <remarks>
/// Instances read what is set every 3 seconds while tasks come, so all of them go by it within 10 seconds. Each change and its audit record are
/// stored together.
/// </remarks>
public interface IAppControl
{
    /// <summary>Pauses a queue: its tasks are moved aside, at no attempt, until it is resumed. What runs goes on.</summary>
    /// <param name="queue">The queue.</param>
    /// <param name="note">Who pauses it, and why.</param>
    /// <param name="cancellationToken">Stops the wait. It may be paused all the same.</param>
    /// <returns><see langword="false"/> where it was paused already.</returns>
    /// <exception cref="CelerityException">CEL0231: this app has no such queue.</exception>
    Task<bool> PauseQueueAsync(string queue, ActionNote note, CancellationToken cancellationToken = default);

    /// <summary>Resumes a queue, and moves its tasks back for up to 20 seconds; the maintenance timer moves the rest, each minute.</summary>
    /// <inheritdoc cref="PauseQueueAsync"/>
    /// <returns><see langword="false"/> where it was not paused.</returns>
    Task<bool> ResumeQueueAsync(string queue, ActionNote note, CancellationToken cancellationToken = default);

    /// <summary>Pauses a task by its name, on every queue. What runs goes on.</summary>
    /// <param name="task">The name.</param>
    /// <param name="note">Who pauses it, and why.</param>
    /// <param name="cancellationToken">Stops the wait. It may be paused all the same.</param>
    /// <returns><see langword="false"/> where it was paused already.</returns>
    /// <exception cref="CelerityException">CEL0201: this app has no such task.</exception>
    Task<bool> PauseTaskAsync(string task, ActionNote note, CancellationToken cancellationToken = default);

    /// <summary>Resumes a task, as <see cref="ResumeQueueAsync"/> does a queue.</summary>
    /// <inheritdoc cref="PauseTaskAsync"/>
    /// <returns><see langword="false"/> where it was not paused.</returns>
    Task<bool> ResumeTaskAsync(string task, ActionNote note, CancellationToken cancellationToken = default);

    /// <summary>Lists what is paused.</summary>
    /// <param name="cancellationToken">Stops the wait.</param>
    Task<IReadOnlyList<Pause>> ListPausesAsync(CancellationToken cancellationToken = default);

    /// <summary>Reads what is set for a task while the app runs, over all that code and configuration say.</summary>
    /// <param name="task">The task's name.</param>
    /// <param name="cancellationToken">Stops the wait.</param>
    /// <returns>Settings by name; empty where none is.</returns>
    /// <exception cref="CelerityException">CEL0201: this app has no such task.</exception>
    Task<IReadOnlyDictionary<string, string>> GetSettingsAsync(string task, CancellationToken cancellationToken = default);

    /// <summary>Sets a task while the app runs. What was set so before and is not among <paramref name="settings"/> falls back to code and configuration.</summary>
    /// <param name="task">The task's name.</param>
    /// <param name="settings">Settings by name, written as in configuration; see <c>docs/operations.md</c>. None at all undoes everything.</param>
    /// <param name="note">Who sets it, and why.</param>
    /// <param name="cancellationToken">Stops the wait. It may be set all the same.</param>
    /// <exception cref="CelerityException">CEL0201: this app has no such task; CEL0308: a setting is unknown, cannot be changed at run time, or is out of its range.</exception>
    Task SetAsync(string task, IReadOnlyDictionary<string, string> settings, ActionNote note, CancellationToken cancellationToken = default);

    /// <summary>Lists what was changed, the newest first.</summary>
    /// <param name="after"><see cref="AuditPage.Next"/> of the page before, or <see langword="null"/>.</param>
    /// <param name="limit">How many, 1 to 200.</param>
    /// <param name="cancellationToken">Stops the wait.</param>
    /// <exception cref="CelerityException">CEL0308: the limit is out of its range.</exception>
    Task<AuditPage> ListAuditAsync(string? after = null, int limit = 100, CancellationToken cancellationToken = default);
}
