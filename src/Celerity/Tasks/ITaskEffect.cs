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
}
