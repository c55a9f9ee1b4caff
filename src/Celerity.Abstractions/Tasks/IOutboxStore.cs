namespace Celerity;

/// <summary>
/// Prepared tasks that lie beside the app's own data. Register one (<c>services.AddSingleton&lt;IOutboxStore&gt;(…)</c>), and what is committed there is
/// sent by the maintenance timer every minute, in order. <see cref="DbOutbox"/> keeps them in any database with an ADO.NET driver.
/// </summary>
public interface IOutboxStore
{
    /// <summary>Reads the oldest pending tasks. Only what is committed may be seen.</summary>
    /// <param name="limit">How many at most.</param>
    /// <param name="cancellationToken">Stops the wait.</param>
    /// <returns>The tasks, the oldest first.</returns>
    Task<IReadOnlyList<PreparedTask>> ReadAsync(int limit, CancellationToken cancellationToken);

    /// <summary>Removes a task that was sent. One that is gone already is no error.</summary>
    /// <param name="id">The task's id.</param>
    /// <param name="cancellationToken">Stops the wait.</param>
    Task RemoveAsync(string id, CancellationToken cancellationToken);
}
