using Celerity.Tasks;
using Celerity.Tasks.Sending;

namespace Celerity.Revocation;

/// <summary>Revokes tasks.</summary>
internal sealed class TaskControl(RevocationStore store, Revocations revocations, TaskRegistry registry, TaskQueues queues, QueuePurge purge, TimeProvider time) : ITaskControl
{
    public Task RevokeAsync(string id, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(id);
        return AddAsync(RevocationTarget.Id, id, cancellationToken);
    }

    public Task RevokeTagAsync(string tag, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(tag);
        return AddAsync(RevocationTarget.Tag, tag, cancellationToken);
    }

    public Task RevokeTaskAsync(string name, CancellationToken cancellationToken = default) =>
        AddAsync(RevocationTarget.Task, registry.Get(name).Settings.Name, cancellationToken);

    public async Task<int> PurgeAsync(string queue, CancellationToken cancellationToken = default)
    {
        queues.Check(queue);
        await AddAsync(RevocationTarget.Queue, queue, cancellationToken).ConfigureAwait(false);
        return await purge.RunAsync(queue, cancellationToken).ConfigureAwait(false);
    }

    private async Task AddAsync(RevocationTarget target, string value, CancellationToken cancellationToken)
    {
        var rule = new RevocationRule(target, value, time.GetUtcNow());
        await store.AddAsync(rule, cancellationToken).ConfigureAwait(false);
        revocations.Add(rule);
    }
}
