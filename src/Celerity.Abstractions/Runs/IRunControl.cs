namespace Celerity;

/// <summary>Changes runs of pipelines while the app runs. A singleton, safe for concurrent use.</summary>
/// <remarks>
/// The same as over HTTP, by the same rules (<c>docs/runs.md</c>). Each change is in the audit. What was accepted is done, whatever crashes after it: at once where a function
/// with a Durable client has run in this process (all of Celerity's that run tasks or answer on runs do), else by the maintenance timer, within two minutes.
/// <see cref="IPipelines"/> starts runs, <see cref="IRunResults"/> tells of them.
/// </remarks>
public interface IRunControl
{
    /// <summary>
    /// Suspends a run: its chunks are held at no attempt, and it neither plans nor joins until it is resumed. A chunk that runs ends. All instances go by it
    /// within 10 seconds. Its deadline goes on.
    /// </summary>
    /// <param name="run">The run's id.</param>
    /// <param name="note">Who suspends it, and why.</param>
    /// <param name="cancellationToken">Stops the wait. It may be suspended all the same.</param>
    /// <returns><see langword="false"/> where it was suspended already.</returns>
    /// <exception cref="CelerityException">CEL0313: there is no such run; CEL0316: it has ended or is being cancelled; CEL0360: 500 runs are suspended.</exception>
    Task<bool> SuspendAsync(string run, ActionNote note, CancellationToken cancellationToken = default);

    /// <summary>Resumes a run, and moves its chunks back for up to 20 seconds; the maintenance timer moves the rest, each minute.</summary>
    /// <param name="run">The run's id.</param>
    /// <param name="note">Who resumes it, and why.</param>
    /// <param name="cancellationToken">Stops the wait. It may be resumed all the same.</param>
    /// <returns><see langword="false"/> where it was not suspended.</returns>
    /// <exception cref="CelerityException">CEL0313: there is no such run.</exception>
    Task<bool> ResumeAsync(string run, ActionNote note, CancellationToken cancellationToken = default);

    /// <summary>Asks a run to stop: chunks and tasks that wait are dropped, running ones stop at their next record, and it ends as cancelled. Asked again, it is the same.</summary>
    /// <param name="run">The run's id.</param>
    /// <param name="note">Who cancels it, and why.</param>
    /// <param name="cancellationToken">Stops the wait. It may be cancelled all the same.</param>
    /// <returns>The run as it is now.</returns>
    /// <exception cref="CelerityException">CEL0313: there is no such run; CEL0316: it has ended.</exception>
    Task<RunSummary> CancelAsync(string run, ActionNote note, CancellationToken cancellationToken = default);

    /// <summary>Starts a run that has ended again, as its next generation: what failed or was never reached is run, all else is taken over.</summary>
    /// <param name="run">The run's id.</param>
    /// <param name="note">Who asks for it, and why; kept with the generation.</param>
    /// <param name="cancellationToken">Stops the wait. It may be started all the same: asked again, it is CEL0345 then, or CEL0346 once all went well.</param>
    /// <returns>The number of the new generation, 2 and up.</returns>
    /// <exception cref="CelerityException">
    /// CEL0313: there is no such run; CEL0345: it has not ended; CEL0346: neither a chunk nor a task that it awaited failed, or it has 1,000 generations; CEL0362: it is being purged.
    /// </exception>
    Task<int> RetryFailedAsync(string run, ActionNote note, CancellationToken cancellationToken = default);

    /// <summary>Starts a run that has ended again from a stage on, as its next generation: that stage and those after it run anew, those before it are taken over.</summary>
    /// <param name="run">The run's id.</param>
    /// <param name="note">Who asks for it, and why; kept with the generation.</param>
    /// <param name="stage">The stage's number, 1 (the default: all of it) to that of the last stage the run has come to.</param>
    /// <param name="cancellationToken">Stops the wait. It may be started all the same: asked again, it is CEL0345 then.</param>
    /// <returns>The number of the new generation, 2 and up.</returns>
    /// <exception cref="CelerityException">
    /// CEL0308: it has come to no such stage; CEL0313: there is no such run; CEL0345: it has not ended; CEL0346: it has 1,000 generations; CEL0362: it is being purged.
    /// </exception>
    Task<int> RestartAsync(string run, ActionNote note, int stage = 1, CancellationToken cancellationToken = default);

    /// <summary>
    /// Purges a run that has ended, with all that it wrote and the dead letters of its chunks. It is marked, what can go goes in the call, and the maintenance timer sweeps the
    /// rest: 10 minutes after the mark, and an hour after the run's end at the earliest. Asked again, it is the same.
    /// </summary>
    /// <param name="run">The run's id.</param>
    /// <param name="note">Who purges it, and why.</param>
    /// <param name="cancellationToken">Stops the wait. It may be purged all the same.</param>
    /// <returns>What was deleted in the call, and when the rest goes.</returns>
    /// <exception cref="CelerityException">CEL0313: there is no such run; CEL0345: it has not ended.</exception>
    Task<PurgedRun> PurgeAsync(string run, ActionNote note, CancellationToken cancellationToken = default);

    /// <summary>Says what a purge of many would do, by a look at up to 1,000 runs.</summary>
    /// <param name="filter">Which; of these those that have ended.</param>
    /// <param name="cancellationToken">Stops the wait.</param>
    Task<RunPurgePreview> PreviewPurgeAsync(RunFilter filter, CancellationToken cancellationToken = default);

    /// <summary>Purges many, as <see cref="PurgeAsync(string, ActionNote, CancellationToken)"/> does one: 50 a minute, the first 50 in the call. It is stored and goes on, whatever crashes.</summary>
    /// <param name="filter">Which; of these those that have ended. One that was started after this call is not among them.</param>
    /// <param name="note">Who purges them, and why.</param>
    /// <param name="cancellationToken">Stops the wait. They may be purged all the same.</param>
    /// <returns>The purge, to be looked at by <see cref="FindPurgeAsync"/>.</returns>
    Task<RunPurgeAction> PurgeAsync(RunFilter filter, ActionNote note, CancellationToken cancellationToken = default);

    /// <summary>Finds a purge of many; <see langword="null"/> where there is none. It is kept for 30 days after its end.</summary>
    /// <param name="id">Its id.</param>
    /// <param name="cancellationToken">Stops the wait.</param>
    Task<RunPurgeAction?> FindPurgeAsync(string id, CancellationToken cancellationToken = default);

    /// <summary>Lists purges of many, the newest first.</summary>
    /// <param name="cancellationToken">Stops the wait.</param>
    Task<IReadOnlyList<RunPurgeAction>> ListPurgesAsync(CancellationToken cancellationToken = default);
}
