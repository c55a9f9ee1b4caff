namespace Celerity;

/// <summary>Changes runs of pipelines while the app runs. A singleton, safe for concurrent use.</summary>
/// <remarks>Each change and its audit record are stored together. Runs are started, cancelled and looked at over HTTP (<c>docs/runs.md</c>).</remarks>
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
}
