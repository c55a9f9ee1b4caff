using Celerity.LocalRuntime.Orchestration.History;
using Microsoft.Data.Sqlite;
using Microsoft.DurableTask.Client;
using SQLitePCL;

namespace Celerity.LocalRuntime.Orchestration.Store;

/// <summary>The store as a SQLite database: a file that several processes share, or memory.</summary>
internal sealed partial class SqliteOrchestrationStore : IOrchestrationStore
{
    // What one episode takes at most, so that a wide fan-out does not build one giant transaction.
    private const int InboxLimit = 1000;

    private readonly SqliteSession _session;
    private readonly InstanceTable _instances;
    private readonly EntityTable _entities;
    private readonly Mailbox _mailbox;

    private SqliteOrchestrationStore(string connectionString)
    {
        _session = new SqliteSession(connectionString);
        try
        {
            SqliteSchema.Ensure(_session);
        }
        catch
        {
            _session.Dispose();
            throw;
        }

        _instances = new InstanceTable(_session);
        _entities = new EntityTable(_session);
        _mailbox = new Mailbox(_session, _instances, _entities);
        Entities = new SqliteEntityStore(_session, _instances, _entities, _mailbox);
    }

    public IEntityStore Entities { get; }

    public static SqliteOrchestrationStore InMemory() => new("Data Source=:memory:");

    /// <summary>Opens the file, and creates it and its folder if needed.</summary>
    /// <exception cref="InvalidOperationException">The file is damaged, or of a newer version of the runtime; it is left as it was.</exception>
    public static SqliteOrchestrationStore OpenFile(string path)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(path))!);
        try
        {
            return new SqliteOrchestrationStore(new SqliteConnectionStringBuilder { DataSource = path, Pooling = false }.ConnectionString);
        }
        catch (SqliteException damage) when (damage.SqliteErrorCode is raw.SQLITE_CORRUPT or raw.SQLITE_NOTADB)
        {
            throw new InvalidOperationException(
                $"The orchestration store {path} is damaged ({damage.Message}). It is left as it was: move it away or delete it to start afresh.", damage);
        }
    }

    public OrchestrationRuntimeStatus? TryCreate(NewInstance instance, IReadOnlyCollection<OrchestrationRuntimeStatus> protectedStatuses) =>
        _session.Write<OrchestrationRuntimeStatus?>(() =>
        {
            if (_instances.FindStatus(instance.Row.Id) is { } found && protectedStatuses.Contains(found))
            {
                return found;
            }

            _mailbox.Create(instance, instance.Row.CreatedAt);
            return null;
        });

    public InstanceRow? Find(string instanceId) => _session.Read(() => _instances.Find(instanceId));

    public IReadOnlyList<InstanceRow> List(InstanceFilter filter, string? afterId, int count) =>
        _session.Read(() => _instances.List(filter, afterId, count));

    public IReadOnlyList<HistoryEvent> ReadHistory(string instanceId) => _session.Read(() => History(instanceId));

    public OrchestrationRuntimeStatus? Post(
        string instanceId, HistoryEvent @event, DateTimeOffset now, IReadOnlyCollection<OrchestrationRuntimeStatus> allowed) =>
        _session.Write(() =>
        {
            var found = _instances.FindStatus(instanceId);
            if (found is { } status && allowed.Contains(status))
            {
                _mailbox.Send(new OutgoingMessage(instanceId, null, now, @event));
            }

            return found;
        });

    public OrchestrationRuntimeStatus? Purge(string instanceId) => _session.Write(() =>
    {
        var found = _instances.FindStatus(instanceId);
        if (found is { } status && InstanceRow.IsTerminalStatus(status))
        {
            _mailbox.DropExecution(instanceId);
            _instances.Delete(instanceId);
        }

        return found;
    });

    public void KeepAlive(StoreOwner owner, DateTimeOffset until) => _session.Write(() => _session.Execute(
        "INSERT INTO Owners VALUES($1, $2, $3, $4) ON CONFLICT(Id) DO UPDATE SET AliveUntil = $4",
        owner.Id,
        owner.ProcessId,
        owner.ProcessStartedAt,
        until));

    public int RemoveLostOwners(string ownId, DateTimeOffset now, Func<StoreOwner, bool> isDead)
    {
        var others = _session.Read(() => _session.Query(
            "SELECT Id, ProcessId, ProcessStartedAt, AliveUntil FROM Owners WHERE Id <> $1",
            row => (Owner: new StoreOwner(row.GetString(0), row.GetInt32(1), new DateTimeOffset(row.GetInt64(2), TimeSpan.Zero)), Until: row.GetInt64(3)),
            ownId));
        return others.Count(other => (other.Until <= now.UtcTicks || isDead(other.Owner)) && TryRemoveOwner(other.Owner.Id, other.Until));
    }

    public void RemoveOwner(string ownerId) => TryRemoveOwner(ownerId, null);

    public void Group(Action calls) => _session.Group(calls);

    public IReadOnlyList<ClaimedInstance> ClaimInstances(string ownerId, DateTimeOffset now, int count) =>
        FindRunnable(now, 1).Count == 0
            ? []
            : _session.Write(() => FindRunnable(now, count).Select(id => Claim(id, ownerId, now)).OfType<ClaimedInstance>().ToList());

    public bool Commit(Checkpoint checkpoint, DateTimeOffset now) => _session.Write(() =>
    {
        var (claim, row) = (checkpoint.Claim, checkpoint.Row);
        if (!_instances.TryUpdate(row, claim.OwnerId, claim.Number))
        {
            return false;
        }

        foreach (var message in claim.Inbox)
        {
            _session.Execute("DELETE FROM Messages WHERE Sequence = $1", message.Sequence);
        }

        if (checkpoint.StartsAnew)
        {
            _session.Execute("DELETE FROM History WHERE InstanceId = $1", row.Id);
            _session.Execute("DELETE FROM Messages WHERE InstanceId = $1 AND ExecutionId <> $2", row.Id, row.ExecutionId);
        }

        if (row.IsTerminal)
        {
            _session.Execute("DELETE FROM Messages WHERE InstanceId = $1", row.Id);
        }

        foreach (var message in checkpoint.ToEntities)
        {
            _entities.Send(message, now);
        }

        if (row.IsTerminal || checkpoint.StartsAnew)
        {
            _entities.ReleaseLocksOf(row.Id);
        }

        if (checkpoint.History.Count > 0)
        {
            _session.Execute(
                "INSERT INTO History VALUES($1, $2, $3)", row.Id, row.HistoryCount - checkpoint.History.Count, HistoryJson.Write(checkpoint.History));
        }

        foreach (var instance in checkpoint.Instances)
        {
            _mailbox.Create(instance, now);
        }

        foreach (var message in checkpoint.Messages)
        {
            _mailbox.Send(message);
        }

        foreach (var call in checkpoint.Activities)
        {
            _session.Execute(
                "INSERT INTO Activities(InstanceId, ExecutionId, TaskId, Name, Version, Input) VALUES($1, $2, $3, $4, $5, $6)",
                call.InstanceId,
                call.ExecutionId,
                call.TaskId,
                call.Name,
                call.Version,
                call.Input);
        }

        return true;
    });

    public void Release(ClaimedInstance claim) => _session.Write(() =>
    {
        _instances.Release(claim.Row.Id, claim.OwnerId, claim.Number);
        return true;
    });

    public IReadOnlyList<ClaimedActivity> ClaimActivities(string ownerId, int count)
    {
        const string Waiting = "SELECT Sequence FROM Activities WHERE Owner IS NULL ORDER BY Sequence LIMIT $1";
        if (_session.Read(() => _session.Query(Waiting, row => row.GetInt64(0), 1)).Count == 0)
        {
            return [];
        }

        var claimed = _session.Write(() => _session.Query(
            $"""
            UPDATE Activities SET Owner = $2, Claim = Claim + 1
            WHERE Sequence IN ({Waiting}) AND EXISTS (SELECT 1 FROM Owners WHERE Id = $2)
            RETURNING Claim, Sequence, InstanceId, ExecutionId, TaskId, Name, Version, Input
            """,
            row => new ClaimedActivity(
                ownerId,
                row.GetInt64(0),
                row.GetInt64(1),
                new ActivityCall(
                    row.GetString(2), row.GetString(3), row.GetInt32(4), row.GetString(5), row.GetString(6), row.IsDBNull(7) ? null : row.GetString(7))),
            count,
            ownerId));
        return [.. claimed.OrderBy(activity => activity.Sequence)];
    }

    public bool Complete(ClaimedActivity activity, HistoryEvent result, DateTimeOffset now) => _session.Write(() =>
    {
        var held = _session.Execute(
            "DELETE FROM Activities WHERE Sequence = $1 AND Owner = $2 AND Claim = $3", activity.Sequence, activity.OwnerId, activity.Number) == 1;
        if (held)
        {
            _mailbox.Send(new OutgoingMessage(activity.Call.InstanceId, activity.Call.ExecutionId, now, result));
        }

        return held;
    });

    public void Release(ClaimedActivity activity) => _session.Write(() => _session.Execute(
        "UPDATE Activities SET Owner = NULL WHERE Sequence = $1 AND Owner = $2 AND Claim = $3", activity.Sequence, activity.OwnerId, activity.Number));

    public DateTimeOffset? NextDueAt(DateTimeOffset now) => _session.Read(() => _session.Query(
        "SELECT min(At) FROM (SELECT min(VisibleAt) At FROM Messages WHERE VisibleAt > $1 UNION ALL SELECT min(VisibleAt) FROM EntityMessages WHERE VisibleAt > $1)",
        row => row.IsDBNull(0) ? (DateTimeOffset?)null : new DateTimeOffset(row.GetInt64(0), TimeSpan.Zero),
        now)[0]);

    public void Dispose() => _session.Dispose();

    private List<string> FindRunnable(DateTimeOffset now, int count) => _session.Read(() => _session.Query(
        """
        SELECT DISTINCT InstanceId FROM (
            SELECT m.InstanceId FROM Messages m JOIN Instances i ON i.Id = m.InstanceId
            WHERE m.VisibleAt <= $1 AND i.Owner IS NULL ORDER BY m.VisibleAt LIMIT $2)
        """,
        row => row.GetString(0),
        now,
        count));

    private ClaimedInstance? Claim(string id, string ownerId, DateTimeOffset now)
    {
        if (_instances.TryClaim(id, ownerId) is not { } number || _instances.Find(id) is not { } row)
        {
            return null;
        }

        // An event carried over from the execution before keeps its place in time, yet comes after the start.
        var inbox = _session.Query(
            "SELECT Sequence, Event FROM Messages WHERE InstanceId = $1 AND VisibleAt <= $2 ORDER BY VisibleAt, Sequence LIMIT $3",
            message => new InboxMessage(message.GetInt64(0), HistoryJson.Read<HistoryEvent>(message.GetString(1))),
            id,
            now,
            InboxLimit);
        return new ClaimedInstance(
            ownerId, number, row, History(id), [.. inbox.OrderByDescending(message => message.Event is ExecutionStarted)]);
    }

    private List<HistoryEvent> History(string instanceId) =>
    [
        .. _session.Query(
            "SELECT Events FROM History WHERE InstanceId = $1 ORDER BY FirstEvent",
            row => HistoryJson.Read<List<HistoryEvent>>(row.GetString(0)),
            instanceId).SelectMany(batch => batch),
    ];

    private bool TryRemoveOwner(string ownerId, long? seenAliveUntil) => _session.Write(() =>
    {
        if (_session.Execute("DELETE FROM Owners WHERE Id = $1 AND ($2 IS NULL OR AliveUntil = $2)", ownerId, seenAliveUntil) == 0)
        {
            return false;
        }

        _session.Execute("UPDATE Instances SET Owner = NULL WHERE Owner = $1", ownerId);
        _session.Execute("UPDATE Activities SET Owner = NULL WHERE Owner = $1", ownerId);
        _entities.ReleaseOwner(ownerId);
        return true;
    });
}
