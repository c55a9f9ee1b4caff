using Celerity.LocalRuntime.Orchestration.Entities;

namespace Celerity.LocalRuntime.Orchestration.Store;

/// <summary>Where entities live: in the database of the orchestrations. Each call is one transaction, and may be made from any thread.</summary>
internal interface IEntityStore
{
    /// <summary>Puts a message into an entity's queue, behind those that are there; the entity comes into being with its first one.</summary>
    void Send(OutgoingEntityMessage message, DateTimeOffset now);

    EntityRow? Find(string entityId, DateTimeOffset now);

    /// <summary>Lists entities by id, at most <paramref name="count"/> after <paramref name="afterId"/>.</summary>
    IReadOnlyList<EntityRow> List(EntityFilter filter, string? afterId, int count, DateTimeOffset now);

    /// <summary>Looks at <paramref name="count"/> entities after <paramref name="afterId"/>: removes empty ones, and releases locks whose orchestrations do not run.</summary>
    CleanedEntities Clean(bool removeEmpty, bool releaseLocks, string? afterId, int count);

    /// <summary>Takes the entity whose message has waited longest, with at most <paramref name="count"/> messages, or returns <see langword="null"/>.</summary>
    ClaimedEntity? Claim(string ownerId, DateTimeOffset now, int count);

    /// <summary>Stores a turn's result and frees the entity; <see langword="false"/> when the claim was lost, and then nothing is stored.</summary>
    bool Commit(EntityCheckpoint checkpoint, DateTimeOffset now);

    /// <summary>Frees an entity without a result.</summary>
    void Release(ClaimedEntity claim);
}
