using System.Text.Json;
using Celerity.Storage;
using Celerity.Tasks.Results;
using Celerity.Wire;

namespace Celerity.Groups;

/// <summary>A group as it was accepted: a ledger row that never changes.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Count">How many tasks it has.</param>
/// <param name="CreatedAt">When it was accepted.</param>
internal sealed record Group(string Id, int Count, DateTimeOffset CreatedAt)
{
    public TaskLink? Callback { get; init; }

    public TaskLink? OnError { get; init; }

    /// <summary>Gets how many tasks may fail.</summary>
    public int Tolerated { get; init; }

    public string? CorrelationId { get; init; }

    /// <summary>Gets the send that its tasks come from; what follows them is of that trace too.</summary>
    public string? Traceparent { get; init; }

    /// <summary>Gets the orchestration instance that waits for its end, or <see langword="null"/>. It sees to the group itself: there is no note, and no kept message.</summary>
    public string? Waiter { get; init; }

    /// <summary>Gets how long the results of its tasks are kept: as long as that of the task whose results are kept longest.</summary>
    public TimeSpan ResultTtl { get; init; } = TaskRecords.DefaultTtl;

    public static Group From(string id, TableRow row) => new(id, row.GetInt32("count"), row.FindTime("createdAt")!.Value)
    {
        Callback = ReadLink(row.FindBytes("callback")),
        OnError = ReadLink(row.FindBytes("onError")),
        Tolerated = row.GetInt32("tolerated"),
        CorrelationId = row.FindString("correlationId"),
        Traceparent = row.FindString("traceparent"),
        Waiter = row.FindString("waiter"),
        ResultTtl = row.Values.ContainsKey("resultTtlSeconds") ? TimeSpan.FromSeconds(row.GetInt64("resultTtlSeconds")) : TaskRecords.DefaultTtl,
    };

    public TableRow ToRow()
    {
        var values = new Dictionary<string, object>
        {
            ["count"] = Count,
            ["createdAt"] = CreatedAt,
            ["tolerated"] = Tolerated,
            ["resultTtlSeconds"] = (long)Math.Ceiling(ResultTtl.TotalSeconds),
        };
        values.AddIfPresent("callback", WriteLink(Callback));
        values.AddIfPresent("onError", WriteLink(OnError));
        values.AddIfPresent("correlationId", CorrelationId);
        values.AddIfPresent("traceparent", Traceparent);
        values.AddIfPresent("waiter", Waiter);
        return new TableRow(GroupKeys.Root(Id), GroupKeys.RecordRow, values);
    }

    private static TaskLink? ReadLink(byte[]? json) => json is null ? null : JsonSerializer.Deserialize<TaskLink>(json, CelerityJson.Options);

    private static byte[]? WriteLink(TaskLink? link) => link is null ? null : JsonSerializer.SerializeToUtf8Bytes(link, CelerityJson.Options);
}

/// <summary>How a group ended: inserted once, after its callback was sent.</summary>
internal sealed record GroupEnd(GroupState State, int Failed, DateTimeOffset At, string? CallbackId)
{
    public static GroupEnd From(TableRow row) => new(
        Enum.Parse<GroupState>(row.FindString("state")!), row.GetInt32("failed"), row.FindTime("at")!.Value, row.FindString("callbackId"));

    public TableRow ToRow(string group)
    {
        var values = new Dictionary<string, object> { ["state"] = State.ToString(), ["failed"] = Failed, ["at"] = At };
        values.AddIfPresent("callbackId", CallbackId);
        return new TableRow(GroupKeys.Root(group), GroupKeys.EndRow, values);
    }
}

/// <summary>What a group's root says: the group, its end, and how many failed on each full page.</summary>
internal sealed record GroupRoot(Group Group, GroupEnd? End, IReadOnlyDictionary<int, int> FailedByPage)
{
    public bool IsFull => FailedByPage.Count == GroupKeys.PageCount(Group.Count);
}
