namespace Celerity;

/// <summary>Shows and forces circuits, on all instances. A singleton, safe for concurrent use.</summary>
/// <remarks>
/// Instances read how circuits stand every 3 seconds while tasks come. Each change, by an operator or by failures, is stored together with its
/// record in the audit.
/// </remarks>
public interface ICircuits
{
    /// <summary>Lists the circuits that tasks of this app name.</summary>
    /// <param name="cancellationToken">Stops the wait.</param>
    Task<IReadOnlyList<Circuit>> ListAsync(CancellationToken cancellationToken = default);

    /// <summary>Reads one circuit.</summary>
    /// <param name="name">Its name, without regard to case.</param>
    /// <param name="cancellationToken">Stops the wait.</param>
    /// <exception cref="CelerityException">CEL0260: no task of this app names such a circuit.</exception>
    Task<Circuit> GetAsync(string name, CancellationToken cancellationToken = default);

    /// <summary>Holds a circuit's tasks until it is forced otherwise or set back to automatic. What runs goes on.</summary>
    /// <param name="name">Its name, without regard to case.</param>
    /// <param name="note">Who does it, and why.</param>
    /// <param name="cancellationToken">Stops the wait. It may be forced all the same.</param>
    /// <returns><see langword="false"/> where it was forced so already.</returns>
    /// <exception cref="CelerityException">CEL0260: no task of this app names such a circuit.</exception>
    Task<bool> ForceOpenAsync(string name, ActionNote note, CancellationToken cancellationToken = default);

    /// <summary>
    /// Lets a circuit's tasks run whatever fails, until it is forced otherwise or set back to automatic. What was held is moved back for up to 20
    /// seconds; the maintenance timer moves the rest, each minute, at the tasks' rate limits.
    /// </summary>
    /// <inheritdoc cref="ForceOpenAsync"/>
    Task<bool> ForceClosedAsync(string name, ActionNote note, CancellationToken cancellationToken = default);

    /// <summary>Leaves a circuit to failures and time again: one that was forced open lets probes through, one that was forced closed is closed.</summary>
    /// <inheritdoc cref="ForceOpenAsync"/>
    /// <returns><see langword="false"/> where it was not forced.</returns>
    Task<bool> AutomaticAsync(string name, ActionNote note, CancellationToken cancellationToken = default);
}
