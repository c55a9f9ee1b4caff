using Celerity.LocalRuntime.Orchestration.Entities;

namespace Celerity.LocalRuntime.Orchestration.Store;

/// <summary>The entities of a SQLite database.</summary>
internal sealed class SqliteEntityStore(SqliteSession session, InstanceTable instances, EntityTable entities, Mailbox mailbox) : IEntityStore
{
    public void Send(OutgoingEntityMessage message, DateTimeOffset now) => session.Write(() =>
    {
        entities.Send(message, now);
        return true;
    });

    public EntityRow? Find(string entityId, DateTimeOffset now) => session.Read(() => entities.Find(entityId, now));

    public IReadOnlyList<EntityRow> List(EntityFilter filter, string? afterId, int count, DateTimeOffset now) =>
        session.Read(() => entities.List(filter, afterId, count, now));

    public CleanedEntities Clean(bool removeEmpty, bool releaseLocks, string? afterId, int count) => session.Write(() =>
    {
        var rows = entities.List(new EntityFilter(WithoutState: true), afterId, count, DateTimeOffset.MinValue);
        var released = releaseLocks ? rows.Sum(row => entities.ReleaseOrphanedLocks(row.Id)) : 0;
        var removed = removeEmpty ? rows.Sum(row => entities.RemoveIfEmpty(row.Id)) : 0;
        return new CleanedEntities(removed, released, rows.Count == count ? rows[^1].Id : null);
    });

    public ClaimedEntity? Claim(string ownerId, DateTimeOffset now, int count) => session.Read(() => entities.FindRunnable(now)) is null
        ? null
        : session.Write(() => entities.FindRunnable(now) is { } id && entities.TryClaim(id, ownerId) is { } number && entities.Find(id, now) is { } row
            ? new ClaimedEntity(ownerId, number, row, entities.ReadInbox(id, row.LockId, now, count))
            : null);

    public bool Commit(EntityCheckpoint checkpoint, DateTimeOffset now) => session.Write(() =>
    {
        var (claim, turn) = (checkpoint.Claim, checkpoint.Turn);
        if (!entities.TryUpdate(checkpoint.Row, claim.OwnerId, claim.Number))
        {
            return false;
        }

        foreach (var sequence in turn.Consumed)
        {
            entities.DeleteMessage(sequence);
        }

        foreach (var answer in checkpoint.Answers)
        {
            mailbox.Send(answer);
        }

        foreach (var signal in checkpoint.Signals)
        {
            entities.Send(signal, now);
        }

        foreach (var instance in checkpoint.Instances.Where(instance => instances.FindStatus(instance.Row.Id) is not { } found || InstanceRow.IsTerminalStatus(found)))
        {
            mailbox.Create(instance, now);
        }

        if (turn.Released is { } released)
        {
            entities.Unlock(claim.Row.Id, released);
        }

        if (turn.Granted is { } request && entities.TryLock(claim.Row.Id, request))
        {
            PassOn(request, now);
        }

        return true;
    });

    public void Release(ClaimedEntity claim) => session.Write(() =>
    {
        entities.Release(claim.Row.Id, claim.OwnerId, claim.Number);
        return true;
    });

    /// <summary>Forwards the request to the next entity, or tells the orchestration that it has them all.</summary>
    private void PassOn(LockRequested request, DateTimeOffset now)
    {
        var next = request.Position + 1;
        if (next < request.Entities.Count)
        {
            entities.Send(new OutgoingEntityMessage(request.Entities[next], request with { Position = next }), now);
        }
        else
        {
            mailbox.Send(new EntityAnswer().To(request.Caller, now));
        }
    }
}
