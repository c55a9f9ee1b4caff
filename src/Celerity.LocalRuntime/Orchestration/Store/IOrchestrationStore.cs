using Celerity.LocalRuntime.Orchestration.History;
using Microsoft.DurableTask.Client;

namespace Celerity.LocalRuntime.Orchestration.Store;

/// <summary>
/// Where orchestrations live. Each call is one transaction, and may be made from any thread.
/// Calls are synchronous because the database is a local file and each takes well under a millisecond.
/// </summary>
internal interface IOrchestrationStore : IDisposable
{
    /// <summary>Gets the entities of the same database.</summary>
    IEntityStore Entities { get; }

    /// <summary>Creates an instance, and a new execution over one whose status is not in <paramref name="protectedStatuses"/>.</summary>
    /// <returns>The status that kept it from starting, or <see langword="null"/> when it was created.</returns>
    OrchestrationRuntimeStatus? TryCreate(NewInstance instance, IReadOnlyCollection<OrchestrationRuntimeStatus> protectedStatuses);

    InstanceRow? Find(string instanceId);

    /// <summary>Lists instances by id, at most <paramref name="count"/> after <paramref name="afterId"/>.</summary>
    IReadOnlyList<InstanceRow> List(InstanceFilter filter, string? afterId, int count);

    IReadOnlyList<HistoryEvent> ReadHistory(string instanceId);

    /// <summary>Sends an event to an instance if its status is one of <paramref name="allowed"/>.</summary>
    /// <returns>The status found, or <see langword="null"/> when there is no such instance.</returns>
    OrchestrationRuntimeStatus? Post(
        string instanceId, HistoryEvent @event, DateTimeOffset now, IReadOnlyCollection<OrchestrationRuntimeStatus> allowed);

    /// <summary>Deletes an ended instance.</summary>
    /// <returns>The status found, or <see langword="null"/> when there is no such instance.</returns>
    OrchestrationRuntimeStatus? Purge(string instanceId);

    /// <summary>Says that <paramref name="owner"/> is alive until <paramref name="until"/>. Only an owner that is known can claim: no claim outlives its owner unseen.</summary>
    void KeepAlive(StoreOwner owner, DateTimeOffset until);

    /// <summary>Frees what other owners hold that have died or have not renewed in time.</summary>
    /// <returns>How many owners were removed.</returns>
    int RemoveLostOwners(string ownId, DateTimeOffset now, Func<StoreOwner, bool> isDead);

    /// <summary>Frees all that an owner holds and forgets it.</summary>
    void RemoveOwner(string ownerId);

    /// <summary>Makes one transaction of all that <paramref name="calls"/> stores here: it costs more than what is in it. A call that throws leaves the others alone.</summary>
    /// <exception cref="Exception">The transaction as a whole failed: nothing of it is stored.</exception>
    void Group(Action calls);

    /// <summary>Takes the instances that have waited longest with something to do.</summary>
    IReadOnlyList<ClaimedInstance> ClaimInstances(string ownerId, DateTimeOffset now, int count);

    /// <summary>Stores an episode's result and frees the instance; <see langword="false"/> when the claim was lost, and then nothing is stored.</summary>
    bool Commit(Checkpoint checkpoint, DateTimeOffset now);

    /// <summary>Frees an instance without a result.</summary>
    void Release(ClaimedInstance claim);

    /// <summary>Takes the oldest waiting activities.</summary>
    IReadOnlyList<ClaimedActivity> ClaimActivities(string ownerId, int count);

    /// <summary>Delivers an activity's result; <see langword="false"/> when the claim was lost.</summary>
    bool Complete(ClaimedActivity activity, HistoryEvent result, DateTimeOffset now);

    /// <summary>Puts an activity back.</summary>
    void Release(ClaimedActivity activity);

    /// <summary>Returns when the next message after <paramref name="now"/> is due, or <see langword="null"/>.</summary>
    DateTimeOffset? NextDueAt(DateTimeOffset now);
}

/// <summary>Which instances to list.</summary>
internal sealed record InstanceFilter(
    DateTimeOffset? CreatedFrom = null,
    DateTimeOffset? CreatedTo = null,
    IReadOnlyCollection<OrchestrationRuntimeStatus>? Statuses = null,
    string? IdPrefix = null);
