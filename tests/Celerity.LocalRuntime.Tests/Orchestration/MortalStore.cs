using Celerity.LocalRuntime.Orchestration.History;
using Celerity.LocalRuntime.Orchestration.Store;
using Microsoft.DurableTask.Client;

namespace Celerity.LocalRuntime.Tests.Orchestration;

/// <summary>A store as one process sees it that is killed at a chosen call of its engine: just before the call, or just after.</summary>
internal sealed class MortalStore(IOrchestrationStore inner, int fatalCall, bool after) : IOrchestrationStore
{
    private readonly TaskCompletionSource _died = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Lock _gate = new();
    private int _calls;

    public Task Died => _died.Task;

    public IEntityStore Entities => new MortalEntityStore(this, inner.Entities);

    public OrchestrationRuntimeStatus? TryCreate(NewInstance instance, IReadOnlyCollection<OrchestrationRuntimeStatus> protectedStatuses) =>
        inner.TryCreate(instance, protectedStatuses);

    public InstanceRow? Find(string instanceId) => inner.Find(instanceId);

    public IReadOnlyList<InstanceRow> List(InstanceFilter filter, string? afterId, int count) => inner.List(filter, afterId, count);

    public IReadOnlyList<HistoryEvent> ReadHistory(string instanceId) => inner.ReadHistory(instanceId);

    public OrchestrationRuntimeStatus? Post(
        string instanceId, HistoryEvent @event, DateTimeOffset now, IReadOnlyCollection<OrchestrationRuntimeStatus> allowed) =>
        inner.Post(instanceId, @event, now, allowed);

    public OrchestrationRuntimeStatus? Purge(string instanceId) => inner.Purge(instanceId);

    public void KeepAlive(StoreOwner owner, DateTimeOffset until) => Mortal(() =>
    {
        inner.KeepAlive(owner, until);
        return true;
    });

    public int RemoveLostOwners(string ownId, DateTimeOffset now, Func<StoreOwner, bool> isDead) => Mortal(() => inner.RemoveLostOwners(ownId, now, isDead));

    public void RemoveOwner(string ownerId) => inner.RemoveOwner(ownerId);

    // The gate comes first, as for each call in it.
    public void Group(Action calls)
    {
        lock (_gate)
        {
            inner.Group(calls);
        }
    }

    public IReadOnlyList<ClaimedInstance> ClaimInstances(string ownerId, DateTimeOffset now, int count) =>
        Mortal(() => inner.ClaimInstances(ownerId, now, count));

    public bool Commit(Checkpoint checkpoint, DateTimeOffset now) => Mortal(() => inner.Commit(checkpoint, now));

    public void Release(ClaimedInstance claim) => inner.Release(claim);

    public IReadOnlyList<ClaimedActivity> ClaimActivities(string ownerId, int count) => Mortal(() => inner.ClaimActivities(ownerId, count));

    public bool Complete(ClaimedActivity activity, HistoryEvent result, DateTimeOffset now) => Mortal(() => inner.Complete(activity, result, now));

    public void Release(ClaimedActivity activity) => inner.Release(activity);

    public DateTimeOffset? NextDueAt(DateTimeOffset now) => inner.NextDueAt(now);

    // The store outlives the process.
    public void Dispose()
    {
    }

    /// <summary>Counts a call, and dies at the fatal one.</summary>
    public T Mortal<T>(Func<T> call)
    {
        lock (_gate)
        {
            var number = _calls++;
            if (number > fatalCall || (number == fatalCall && !after))
            {
                Die();
            }

            var result = call();
            if (number == fatalCall)
            {
                Die();
            }

            return result;
        }
    }

    private void Die()
    {
        _died.TrySetResult();
        throw new ProcessKilledException();
    }
}

internal sealed class ProcessKilledException() : Exception("The process was killed.");
