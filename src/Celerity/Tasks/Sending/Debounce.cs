using Celerity.Handover;
using Celerity.Wire;

namespace Celerity.Tasks.Sending;

/// <summary>Lets only the newest send of a debounce key run, and forgets the key when that has ended.</summary>
internal sealed class Debounce(DebounceRows rows) : ITaskGate, ITaskEffect
{
    public async ValueTask<TaskVerdict?> CheckAsync(TaskPass pass, CancellationToken cancellationToken)
    {
        var envelope = pass.Envelope;
        if (envelope.DebounceKey is not { } key)
        {
            return null;
        }

        // A send is registered before its message leaves: where there is no row, a newer one has already run.
        var newest = await rows.FindNewestAsync(envelope.Task, key, cancellationToken).ConfigureAwait(false);
        return newest == envelope.Id
            ? null
            : new TaskVerdict.End(TaskState.Discarded) { Reason = $"A newer send of its debounce key took its place{(newest is null ? "" : $": {newest}")}." };
    }

    public async ValueTask ApplyAsync(TaskEnvelope envelope, string queue, ControlRow ended, CancellationToken cancellationToken)
    {
        if (envelope.DebounceKey is { } key)
        {
            await rows.RemoveAsync(envelope.Task, key, envelope.Id, cancellationToken).ConfigureAwait(false);
        }
    }
}
