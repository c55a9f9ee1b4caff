namespace Celerity;

/// <summary>Revokes tasks. A singleton, safe for concurrent use.</summary>
/// <remarks>
/// A revocation is a rule that every process reads within a few seconds. A task that waits ends as <see cref="TaskState.Revoked"/> when its
/// message comes up next; one that runs is asked to stop within 10 seconds and ends when its handler gives way. A task that has ended stays
/// as it is.
/// </remarks>
public interface ITaskControl
{
    /// <summary>Revokes one task.</summary>
    /// <param name="id">Its id.</param>
    /// <param name="cancellationToken">Stops the wait. The rule may stand all the same.</param>
    Task RevokeAsync(string id, CancellationToken cancellationToken = default);

    /// <summary>Revokes every task with a tag that was sent until now. Later sends are unaffected.</summary>
    /// <param name="tag">The tag.</param>
    /// <param name="cancellationToken">Stops the wait. The rule may stand all the same.</param>
    Task RevokeTagAsync(string tag, CancellationToken cancellationToken = default);

    /// <summary>Revokes every task of a name that was sent until now. Later sends are unaffected.</summary>
    /// <param name="name">The name.</param>
    /// <param name="cancellationToken">Stops the wait. The rule may stand all the same.</param>
    /// <exception cref="CelerityException">CEL0201: this app has no such task.</exception>
    Task RevokeTaskAsync(string name, CancellationToken cancellationToken = default);

    /// <summary>Revokes every task on a queue that was sent until now, and ends those that wait there.</summary>
    /// <param name="queue">The queue.</param>
    /// <param name="cancellationToken">Stops the wait; the rule stands, and what is left ends when its turn comes.</param>
    /// <returns>How many tasks were ended.</returns>
    /// <exception cref="CelerityException">CEL0231: this app has no such queue.</exception>
    Task<int> PurgeAsync(string queue, CancellationToken cancellationToken = default);
}
