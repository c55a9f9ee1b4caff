using Celerity.LocalRuntime.Orchestration.History;
using Microsoft.Data.Sqlite;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;

namespace Celerity.LocalRuntime.Orchestration.Store;

/// <summary>Reads and writes instance rows. Called within a transaction of the session.</summary>
internal sealed class InstanceTable(SqliteSession session)
{
    private const string Columns =
        "Id, Name, Version, ExecutionId, Status, Input, Output, CustomStatus, Failure, Parent, Tags, CreatedAt, UpdatedAt, StartAt, HistoryCount, HistoryPeak";

    public InstanceRow? Find(string id) =>
        session.Query($"SELECT {Columns} FROM Instances WHERE Id = $1", Read, id).FirstOrDefault();

    public OrchestrationRuntimeStatus? FindStatus(string id) =>
        session.Query("SELECT Status FROM Instances WHERE Id = $1", row => (OrchestrationRuntimeStatus?)row.GetInt32(0), id).FirstOrDefault();

    public List<string> ChildrenOf(string id) => session.Query(
        "SELECT Id FROM Instances WHERE Parent IS NOT NULL AND json_extract(Parent, '$.InstanceId') = $1 ORDER BY Id", row => row.GetString(0), id);

    public List<InstanceRow> List(InstanceFilter filter, string? afterId, int count)
    {
        var statuses = filter.Statuses is null ? null : HistoryJson.Write(filter.Statuses.Select(status => (int)status));
        return session.Query(
            $"""
            SELECT {Columns} FROM Instances
            WHERE ($1 IS NULL OR Id > $1)
              AND ($2 IS NULL OR CreatedAt >= $2) AND ($3 IS NULL OR CreatedAt <= $3)
              AND ($4 IS NULL OR Status IN (SELECT value FROM json_each($4)))
              AND ($5 IS NULL OR substr(Id, 1, length($5)) = $5)
              AND ($6 IS NULL OR UpdatedAt >= $6) AND ($7 IS NULL OR UpdatedAt <= $7)
            ORDER BY Id LIMIT $8
            """,
            Read,
            afterId,
            filter.CreatedFrom,
            filter.CreatedTo,
            statuses,
            filter.IdPrefix,
            filter.UpdatedFrom,
            filter.UpdatedTo,
            count);
    }

    /// <summary>Creates the instance, or a new execution in the place of one; whoever held the old one loses its claim.</summary>
    public void Create(InstanceRow row) => session.Execute(
        $"""
        INSERT INTO Instances({Columns}) VALUES($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)
        ON CONFLICT(Id) DO UPDATE SET
            Name = $2, Version = $3, ExecutionId = $4, Status = $5, Input = $6, Output = $7, CustomStatus = $8, Failure = $9,
            Parent = $10, Tags = $11, CreatedAt = $12, UpdatedAt = $13, StartAt = $14, HistoryCount = $15, HistoryPeak = $16,
            Owner = NULL, Claim = Claim + 1
        """,
        row.Id,
        row.Name,
        row.Version,
        row.ExecutionId,
        row.Status,
        row.Input,
        row.Output,
        row.CustomStatus,
        row.Failure is null ? null : HistoryJson.Write(row.Failure),
        row.Parent is null ? null : HistoryJson.Write(row.Parent),
        row.Tags is null ? null : HistoryJson.Write(row.Tags),
        row.CreatedAt,
        row.UpdatedAt,
        row.StartAt,
        row.HistoryCount,
        row.HistoryPeak);

    /// <summary>Stores the row and frees the claim, if it is still held.</summary>
    public bool TryUpdate(InstanceRow row, string ownerId, long claim) => session.Execute(
        """
        UPDATE Instances SET
            Version = $4, ExecutionId = $5, Status = $6, Input = $7, Output = $8, CustomStatus = $9, Failure = $10,
            UpdatedAt = $11, HistoryCount = $12, HistoryPeak = $13, Owner = NULL
        WHERE Id = $1 AND Owner = $2 AND Claim = $3
        """,
        row.Id,
        ownerId,
        claim,
        row.Version,
        row.ExecutionId,
        row.Status,
        row.Input,
        row.Output,
        row.CustomStatus,
        row.Failure is null ? null : HistoryJson.Write(row.Failure),
        row.UpdatedAt,
        row.HistoryCount,
        row.HistoryPeak) == 1;

    /// <summary>Makes an ended instance one that runs, with a history of another length.</summary>
    public void Reopen(string id, int historyCount, DateTimeOffset now) => session.Execute(
        "UPDATE Instances SET Status = $2, Output = NULL, Failure = NULL, HistoryCount = $3, UpdatedAt = $4, Owner = NULL, Claim = Claim + 1 WHERE Id = $1",
        id,
        OrchestrationRuntimeStatus.Running,
        historyCount,
        now);

    public void Delete(string id) => session.Execute("DELETE FROM Instances WHERE Id = $1", id);

    /// <summary>Claims an instance that nobody holds for an owner that is known; returns the claim's number, or <see langword="null"/>.</summary>
    public long? TryClaim(string id, string ownerId) => session.Query(
        """
        UPDATE Instances SET Owner = $2, Claim = Claim + 1
        WHERE Id = $1 AND Owner IS NULL AND EXISTS (SELECT 1 FROM Owners WHERE Id = $2) RETURNING Claim
        """,
        row => (long?)row.GetInt64(0),
        id,
        ownerId).FirstOrDefault();

    public void Release(string id, string ownerId, long claim) =>
        session.Execute("UPDATE Instances SET Owner = NULL WHERE Id = $1 AND Owner = $2 AND Claim = $3", id, ownerId, claim);

    private static InstanceRow Read(SqliteDataReader row) =>
        new()
        {
            Id = row.GetString(0),
            Name = row.GetString(1),
            Version = row.GetString(2),
            ExecutionId = row.GetString(3),
            Status = (OrchestrationRuntimeStatus)row.GetInt32(4),
            Input = Text(row, 5),
            Output = Text(row, 6),
            CustomStatus = Text(row, 7),
            Failure = Text(row, 8) is { } failure ? HistoryJson.Read<TaskFailureDetails>(failure) : null,
            Parent = Text(row, 9) is { } parent ? HistoryJson.Read<ParentLink>(parent) : null,
            Tags = Text(row, 10) is { } tags ? HistoryJson.Read<Dictionary<string, string>>(tags) : null,
            CreatedAt = At(row, 11),
            UpdatedAt = At(row, 12),
            StartAt = row.IsDBNull(13) ? null : At(row, 13),
            HistoryCount = row.GetInt32(14),
            HistoryPeak = row.GetInt32(15),
        };

    private static string? Text(SqliteDataReader row, int column) => row.IsDBNull(column) ? null : row.GetString(column);

    private static DateTimeOffset At(SqliteDataReader row, int column) => new(row.GetInt64(column), TimeSpan.Zero);
}
