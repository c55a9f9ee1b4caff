namespace Celerity;

/// <summary>The processes of the app: what they do, and orders to them. A singleton, safe for concurrent use.</summary>
/// <remarks>An order is obeyed at the worker's next heartbeat, within 10 seconds. It concerns tasks; <c>docs/workers.md</c> tells what goes on.</remarks>
public interface IWorkers
{
    /// <summary>Lists the workers of the last day, the latest started first, 1,000 at most.</summary>
    /// <param name="cancellationToken">Stops the wait.</param>
    Task<IReadOnlyList<WorkerRecord>> ListAsync(CancellationToken cancellationToken = default);

    /// <summary>Finds one; <see langword="null"/> where there is none of that id.</summary>
    /// <param name="id">Its id.</param>
    /// <param name="cancellationToken">Stops the wait.</param>
    Task<WorkerRecord?> FindAsync(string id, CancellationToken cancellationToken = default);

    /// <summary>Has a worker hand over what comes, at no attempt, until it ends. What it has begun goes on.</summary>
    /// <param name="id">Its id.</param>
    /// <param name="reason">Why: 1 to 200 characters, shown with the worker.</param>
    /// <param name="cancellationToken">Stops the wait. The order may stand all the same.</param>
    /// <exception cref="CelerityException">CEL0270: there is no such worker; CEL0271: it has ended or is lost; CEL0302: there is no reason, or it is too long.</exception>
    Task DrainAsync(string id, string reason, CancellationToken cancellationToken = default);

    /// <summary>The same; and once nothing runs any more, or its grace is over, the process ends with exit code 200, which asks for a new one.</summary>
    /// <param name="id">Its id.</param>
    /// <param name="reason">Why: 1 to 200 characters, shown with the worker.</param>
    /// <param name="cancellationToken">Stops the wait. The order may stand all the same.</param>
    /// <exception cref="CelerityException">CEL0270: there is no such worker; CEL0271: it has ended or is lost; CEL0302: there is no reason, or it is too long.</exception>
    Task RecycleAsync(string id, string reason, CancellationToken cancellationToken = default);
}
