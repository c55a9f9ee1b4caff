using Celerity.LocalRuntime.Orchestration.Dispatch;
using Celerity.LocalRuntime.Orchestration.Entities;
using Celerity.LocalRuntime.Orchestration.Store;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;
using Microsoft.DurableTask.Client.Entities;
using Microsoft.DurableTask.Entities;

namespace Celerity.LocalRuntime.Durable.Entities;

/// <summary>The entity client over the hub's store.</summary>
internal sealed class LocalDurableEntityClient(OrchestrationHub hub, DataConverter converter, string name) : DurableEntityClient(name)
{
    public override Task SignalEntityAsync(
        EntityInstanceId id, string operationName, object? input = null, SignalEntityOptions? options = null, CancellationToken cancellation = default)
    {
        cancellation.ThrowIfCancellationRequested();
        Signal(id, operationName, converter.Serialize(input), options?.SignalTime);
        return Task.CompletedTask;
    }

    /// <summary>Signals an entity with an input that is text already.</summary>
    public void Signal(EntityInstanceId id, string operationName, string? input, DateTimeOffset? signalTime = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(operationName);
        hub.Store.Entities.Send(new OutgoingEntityMessage(EntityIds.TextOf(id), new OperationRequested(operationName, input), signalTime), hub.Time.GetUtcNow());
        hub.SignalEntities();
    }

    public override Task<EntityMetadata?> GetEntityAsync(EntityInstanceId id, bool includeState = true, CancellationToken cancellation = default) =>
        Task.FromResult(Find(id, cancellation) is { } row ? Describe(row, includeState) : null);

    public override Task<EntityMetadata<T>?> GetEntityAsync<T>(EntityInstanceId id, bool includeState = true, CancellationToken cancellation = default) =>
        Task.FromResult(Find(id, cancellation) is { } row ? Describe<T>(row, includeState) : null);

    public override AsyncPageable<EntityMetadata> GetAllEntitiesAsync(EntityQuery? filter = null) => List(filter ?? new EntityQuery(), Describe);

    public override AsyncPageable<EntityMetadata<T>> GetAllEntitiesAsync<T>(EntityQuery? filter = null) => List(filter ?? new EntityQuery(), Describe<T>);

    public override Task<CleanEntityStorageResult> CleanEntityStorageAsync(
        CleanEntityStorageRequest? request = null, bool continueUntilComplete = true, CancellationToken cancellation = default)
    {
        var wanted = request ?? CleanEntityStorageRequest.Default;
        var (removed, released, after) = (0, 0, wanted.ContinuationToken);
        do
        {
            cancellation.ThrowIfCancellationRequested();
            var cleaned = hub.Store.Entities.Clean(wanted.RemoveEmptyEntities, wanted.ReleaseOrphanedLocks, after, EntityQuery.DefaultPageSize);
            (removed, released, after) = (removed + cleaned.Removed, released + cleaned.Released, cleaned.NextAfter);
        }
        while (continueUntilComplete && after is not null);
        hub.SignalEntities();
        return Task.FromResult(new CleanEntityStorageResult
        {
            EmptyEntitiesRemoved = removed,
            OrphanedLocksReleased = released,
            ContinuationToken = after,
        });
    }

    private EntityRow? Find(EntityInstanceId id, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        return hub.Store.Entities.Find(EntityIds.TextOf(id), hub.Time.GetUtcNow()) is { State: not null } row ? row : null;
    }

    private AsyncPageable<T> List<T>(EntityQuery query, Func<EntityRow, bool, T> describe)
        where T : notnull
    {
        var wanted = new EntityFilter(query.InstanceIdStartsWith, query.LastModifiedFrom, query.LastModifiedTo, query.IncludeTransient);
        return Pageable.Create<T>((token, pageSize, cancellation) =>
        {
            cancellation.ThrowIfCancellationRequested();
            var size = pageSize ?? query.PageSize ?? EntityQuery.DefaultPageSize;
            var rows = hub.Store.Entities.List(wanted, token ?? query.ContinuationToken, size, hub.Time.GetUtcNow());
            var next = rows.Count == size ? rows[^1].Id : null;
            return Task.FromResult(new Page<T>([.. rows.Select(row => describe(row, query.IncludeState))], next));
        });
    }

    private EntityMetadata Describe(EntityRow row, bool withState) =>
        new(EntityInstanceId.FromString(row.Id), withState && row.State is { } state ? new SerializedData(state, converter) : null)
        {
            LastModifiedTime = row.UpdatedAt,
            LockedBy = row.LockedBy,
            BacklogQueueSize = row.Backlog,
        };

    private EntityMetadata<T> Describe<T>(EntityRow row, bool withState)
    {
        var id = EntityInstanceId.FromString(row.Id);
        var metadata = withState && row.State is not null
            ? new EntityMetadata<T>(id, converter.Deserialize<T>(row.State))
            {
                LastModifiedTime = row.UpdatedAt,
                LockedBy = row.LockedBy,
                BacklogQueueSize = row.Backlog,
            }
            : new EntityMetadata<T>(id)
            {
                LastModifiedTime = row.UpdatedAt,
                LockedBy = row.LockedBy,
                BacklogQueueSize = row.Backlog,
            };
        return metadata;
    }
}
