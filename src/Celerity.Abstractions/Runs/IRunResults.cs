namespace Celerity;

/// <summary>Tells of runs: where they stand, how far they are, what came of them. A singleton, safe for concurrent use.</summary>
public interface IRunResults
{
    /// <summary>Reads a run, as <c>GET /api/runs/{id}</c> shows it. Costs 2 requests and one for the result, and of each stage 2 and up (<c>docs/runs.md</c>).</summary>
    /// <param name="run">The run's id.</param>
    /// <param name="cancellationToken">Stops the wait.</param>
    /// <returns>The run; <see langword="null"/> where there is none.</returns>
    Task<RunView?> FindAsync(string run, CancellationToken cancellationToken = default);

    /// <summary>Waits until a run has ended, and reads it. Woken at once where it ends in this process; otherwise it looks every second.</summary>
    /// <param name="run">The run's id.</param>
    /// <param name="timeout">0 and up: how long to wait at most.</param>
    /// <param name="cancellationToken">Stops the wait.</param>
    /// <returns>The run as it is in the end, ended or not; <see langword="null"/> where there is none.</returns>
    Task<RunView?> WaitAsync(string run, TimeSpan timeout, CancellationToken cancellationToken = default);

    /// <summary>Lists runs, the newest first, by some 20 requests a page at most.</summary>
    /// <param name="filter">Which; <see langword="null"/> for all.</param>
    /// <param name="after">Where to go on: <see cref="RunPage.Next"/> of the page before, or a run's id.</param>
    /// <param name="limit">How many at most, 1 to 200.</param>
    /// <param name="cancellationToken">Stops the wait.</param>
    /// <exception cref="CelerityException">CEL0308: the limit is out of its range; CEL0313: the cursor is no run's id.</exception>
    Task<RunPage> ListAsync(RunFilter? filter = null, string? after = null, int limit = 50, CancellationToken cancellationToken = default);
}
