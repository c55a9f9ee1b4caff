using Celerity.LocalRuntime.Orchestration.Entities;
using Celerity.LocalRuntime.Orchestration.Store;

namespace Celerity.LocalRuntime.Tests.Orchestration;

/// <summary>The entities of a <see cref="MortalStore"/>: the engine's calls count as its own.</summary>
internal sealed class MortalEntityStore(MortalStore owner, IEntityStore inner) : IEntityStore
{
    public void Send(OutgoingEntityMessage message, DateTimeOffset now) => inner.Send(message, now);

    public EntityRow? Find(string entityId, DateTimeOffset now) => inner.Find(entityId, now);

    public IReadOnlyList<EntityRow> List(EntityFilter filter, string? afterId, int count, DateTimeOffset now) => inner.List(filter, afterId, count, now);

    public CleanedEntities Clean(bool removeEmpty, bool releaseLocks, string? afterId, int count) =>
        inner.Clean(removeEmpty, releaseLocks, afterId, count);

    public ClaimedEntity? Claim(string ownerId, DateTimeOffset now, int count) => owner.Mortal(() => inner.Claim(ownerId, now, count));

    public bool Commit(EntityCheckpoint checkpoint, DateTimeOffset now) => owner.Mortal(() => inner.Commit(checkpoint, now));

    public void Release(ClaimedEntity claim) => inner.Release(claim);
}
