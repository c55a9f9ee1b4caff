using Celerity.LocalRuntime.Orchestration.Entities;
using Celerity.LocalRuntime.Orchestration.History;
using Microsoft.Data.Sqlite;
using Microsoft.DurableTask.Client;

namespace Celerity.LocalRuntime.Orchestration.Store;

/// <summary>Reads and writes entities and their queues. Called within a transaction of the session.</summary>
internal sealed class EntityTable(SqliteSession session)
{
    // Messages without a time to wait for are visible at 0, so that a clock that steps back cannot change their order.
    private const string Columns =
        """
        Id, State, UpdatedAt, LockedBy, LockId,
        (SELECT count(*) FROM EntityMessages m WHERE m.EntityId = Entities.Id AND m.VisibleAt <= $1) AS Backlog
        """;

    public void Send(OutgoingEntityMessage message, DateTimeOffset now)
    {
        session.Execute("INSERT INTO Entities(Id, UpdatedAt) VALUES($1, $2) ON CONFLICT DO NOTHING", message.EntityId, now);
        session.Execute(
            "INSERT INTO EntityMessages(EntityId, VisibleAt, LockId, Requester, Message) VALUES($1, $2, $3, $4, $5)",
            message.EntityId,
            message.NotBefore is { } time && time > now ? time.UtcTicks : 0L,
            message.Message.LockId,
            (message.Message as LockRequested)?.Caller.InstanceId,
            HistoryJson.Write(message.Message));
    }

    public EntityRow? Find(string id, DateTimeOffset now) =>
        session.Query($"SELECT {Columns} FROM Entities WHERE Id = $2", Read, now, id).FirstOrDefault();

    public List<EntityRow> List(EntityFilter filter, string? afterId, int count, DateTimeOffset now) => session.Query(
        $"""
        SELECT {Columns} FROM Entities
        WHERE ($2 IS NULL OR Id > $2) AND ($3 IS NULL OR substr(Id, 1, length($3)) = $3)
          AND ($4 IS NULL OR UpdatedAt >= $4) AND ($5 IS NULL OR UpdatedAt <= $5)
          AND ($6 OR State IS NOT NULL)
        ORDER BY Id LIMIT $7
        """,
        Read,
        now,
        afterId,
        filter.IdPrefix,
        filter.UpdatedFrom,
        filter.UpdatedTo,
        filter.WithoutState,
        count);

    /// <summary>Finds the entity, held by nobody, whose message has waited longest and may be taken.</summary>
    public string? FindRunnable(DateTimeOffset now) => session.Query(
        """
        SELECT m.EntityId FROM EntityMessages m JOIN Entities e ON e.Id = m.EntityId
        WHERE m.VisibleAt <= $1 AND e.Owner IS NULL AND (e.LockId IS NULL OR m.LockId = e.LockId)
        ORDER BY m.VisibleAt, m.Sequence LIMIT 1
        """,
        row => row.GetString(0),
        now).FirstOrDefault();

    /// <summary>Claims an entity that nobody holds for an owner that is known; returns the claim's number, or <see langword="null"/>.</summary>
    public long? TryClaim(string id, string ownerId) => session.Query(
        """
        UPDATE Entities SET Owner = $2, Claim = Claim + 1
        WHERE Id = $1 AND Owner IS NULL AND EXISTS (SELECT 1 FROM Owners WHERE Id = $2) RETURNING Claim
        """,
        row => (long?)row.GetInt64(0),
        id,
        ownerId).FirstOrDefault();

    /// <summary>Reads the messages that an entity with this lock may take, in the order in which they were sent.</summary>
    public List<EntityInboxMessage> ReadInbox(string id, string? lockId, DateTimeOffset now, int count) => session.Query(
        """
        SELECT Sequence, Message FROM EntityMessages
        WHERE EntityId = $1 AND VisibleAt <= $2 AND ($3 IS NULL OR LockId = $3) ORDER BY Sequence LIMIT $4
        """,
        row => new EntityInboxMessage(row.GetInt64(0), HistoryJson.Read<EntityMessage>(row.GetString(1))),
        id,
        now,
        lockId,
        count);

    public void DeleteMessage(long sequence) => session.Execute("DELETE FROM EntityMessages WHERE Sequence = $1", sequence);

    /// <summary>Stores state and time and frees the claim, if it is still held. The lock is not touched: an orchestration's end may have released it.</summary>
    public bool TryUpdate(EntityRow row, string ownerId, long claim) => session.Execute(
        "UPDATE Entities SET State = $4, UpdatedAt = $5, Owner = NULL WHERE Id = $1 AND Owner = $2 AND Claim = $3",
        row.Id,
        ownerId,
        claim,
        row.State,
        row.UpdatedAt) == 1;

    public void Release(string id, string ownerId, long claim) =>
        session.Execute("UPDATE Entities SET Owner = NULL WHERE Id = $1 AND Owner = $2 AND Claim = $3", id, ownerId, claim);

    public void ReleaseOwner(string ownerId) => session.Execute("UPDATE Entities SET Owner = NULL WHERE Owner = $1", ownerId);

    /// <summary>Locks an entity for an execution that runs; one that has ended gets no lock, for it could not release it.</summary>
    public bool TryLock(string id, LockRequested request) => session.Execute(
        """
        UPDATE Entities SET LockedBy = $2, LockId = $3
        WHERE Id = $1 AND LockId IS NULL AND EXISTS (SELECT 1 FROM Instances WHERE Id = $2 AND ExecutionId = $4 AND Status NOT IN ($5, $6, $7))
        """,
        id,
        request.Caller.InstanceId,
        request.LockId,
        request.Caller.ExecutionId,
        OrchestrationRuntimeStatus.Completed,
        OrchestrationRuntimeStatus.Failed,
        OrchestrationRuntimeStatus.Terminated) == 1;

    public void Unlock(string id, string lockId) =>
        session.Execute("UPDATE Entities SET LockedBy = NULL, LockId = NULL WHERE Id = $1 AND LockId = $2", id, lockId);

    /// <summary>Takes all locks from an orchestration whose execution has ended, those that it still waits for too.</summary>
    public void ReleaseLocksOf(string instanceId)
    {
        session.Execute("UPDATE Entities SET LockedBy = NULL, LockId = NULL WHERE LockedBy = $1", instanceId);
        session.Execute("DELETE FROM EntityMessages WHERE Requester = $1", instanceId);
    }

    public int ReleaseOrphanedLocks(string id) => session.Execute(
        """
        UPDATE Entities SET LockedBy = NULL, LockId = NULL
        WHERE Id = $1 AND LockedBy IS NOT NULL AND NOT EXISTS (SELECT 1 FROM Instances WHERE Id = LockedBy AND Status NOT IN ($2, $3, $4))
        """,
        id,
        OrchestrationRuntimeStatus.Completed,
        OrchestrationRuntimeStatus.Failed,
        OrchestrationRuntimeStatus.Terminated);

    public int RemoveIfEmpty(string id) => session.Execute(
        """
        DELETE FROM Entities WHERE Id = $1 AND State IS NULL AND LockId IS NULL AND Owner IS NULL
          AND NOT EXISTS (SELECT 1 FROM EntityMessages WHERE EntityId = $1)
        """,
        id);

    private static EntityRow Read(SqliteDataReader row) => new()
    {
        Id = row.GetString(0),
        State = row.IsDBNull(1) ? null : row.GetString(1),
        UpdatedAt = new DateTimeOffset(row.GetInt64(2), TimeSpan.Zero),
        LockedBy = row.IsDBNull(3) ? null : row.GetString(3),
        LockId = row.IsDBNull(4) ? null : row.GetString(4),
        Backlog = row.GetInt32(5),
    };
}
