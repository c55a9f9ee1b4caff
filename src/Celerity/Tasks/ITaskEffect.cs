using Celerity.Handover;
using Celerity.Wire;

namespace Celerity.Tasks;

/// <summary>Something that follows from a task's end. Made from the stored row, after it, and made again by every late delivery: idempotent.</summary>
internal interface ITaskEffect
{
    /// <summary>Makes the effect.</summary>
    /// <param name="envelope">The message that found the task ended; of its payload and headers only, for its attempt may be an older one.</param>
    /// <param name="queue">The queue it came from.</param>
    /// <param name="ended">The stored row.</param>
    /// <param name="cancellationToken">Stops the wait.</param>
    ValueTask ApplyAsync(TaskEnvelope envelope, string queue, ControlRow ended, CancellationToken cancellationToken);

    /// <summary>Whether a task's success must be stored for this effect, even where its tracking would leave no trace of it.</summary>
    bool MustHear(TaskEnvelope envelope) => false;

    /// <summary>Makes the effects of tasks that ended together, for one that can share their requests.</summary>
    async ValueTask ApplyAllAsync(IReadOnlyList<EndedTask> tasks, CancellationToken cancellationToken)
    {
        foreach (var (envelope, queue, ended) in tasks)
        {
            await ApplyAsync(envelope, queue, ended, cancellationToken).ConfigureAwait(false);
        }
    }
}

/// <summary>A task whose end is stored.</summary>
/// <param name="Envelope">The message that ended it, or found it ended.</param>
/// <param name="Queue">The queue it came from.</param>
/// <param name="Row">The stored row.</param>
internal readonly record struct EndedTask(TaskEnvelope Envelope, string Queue, ControlRow Row);
