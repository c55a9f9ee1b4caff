namespace Celerity.Tasks;

/// <summary>Something that may keep a task from running now: asked in order, after the claim and before the handler.</summary>
internal interface ITaskGate
{
    /// <summary>Judges a task that is about to run.</summary>
    /// <param name="pass">The pass; what it holds is its claim.</param>
    /// <param name="cancellationToken">Stops the wait.</param>
    /// <returns>What becomes of the task instead; <see langword="null"/> where it may run.</returns>
    ValueTask<TaskVerdict?> CheckAsync(TaskPass pass, CancellationToken cancellationToken);
}
