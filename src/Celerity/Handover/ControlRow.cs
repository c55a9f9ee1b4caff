using Celerity.Retry;
using Celerity.Storage;
using Celerity.Tasks.Logs;

namespace Celerity.Handover;

/// <summary>Which message of a task or chunk counts, who runs it, and how it ended. Inserted if absent or moved by ETag, never written blindly.</summary>
/// <param name="Seq">How often it was handed over.</param>
/// <param name="Delivery">The hand-over whose message counts; others of the same <paramref name="Seq"/> are orphans.</param>
/// <param name="Attempt">The attempt that this hand-over makes, 1 on the first.</param>
/// <param name="Crashes">How often the process died while it ran.</param>
internal sealed record ControlRow(int Seq, string Delivery, int Attempt, int Crashes)
{
    /// <summary>Gets the name of the task or of the chunk's stage.</summary>
    public string Subject { get; init; } = "";

    /// <summary>Gets the group that waits for its end, or <see langword="null"/>.</summary>
    public string? Group { get; init; }

    public TaskState State { get; init; } = TaskState.Enqueued;

    /// <summary>Gets who runs it, or <see langword="null"/> while nobody does.</summary>
    public Claim? Claim { get; init; }

    /// <summary>Gets when it was last claimed.</summary>
    public DateTimeOffset? StartedAt { get; init; }

    /// <summary>Gets how it ended, or <see langword="null"/> while it has not. Always that on a chunk: its end is its row in the ledger.</summary>
    public Ending? Ending { get; init; }

    public IReadOnlyList<FailureRecord> Failures { get; init; } = [];

    /// <summary>Gets what its attempts have logged; <see langword="null"/> where nothing is kept. Always that on a chunk.</summary>
    public TaskLog? Log { get; init; }

    public string ETag { get; init; } = "";

    public static ControlRow From(TableRow row) =>
        new(row.GetInt32("seq"), row.FindString("delivery") ?? "", row.GetInt32("attempt"), row.GetInt32("crashes"))
        {
            Subject = row.FindString("task") ?? "",
            State = Enum.Parse<TaskState>(row.FindString("state")!),
            Claim = row.FindString("messageId") is { } messageId
                ? new Claim(messageId, row.GetInt64("dequeueCount"), row.FindString("attemptId") ?? "")
                : null,
            Ending = row.FindTime("endedAt") is { } endedAt
                ? new Ending
                {
                    At = endedAt,
                    Host = row.FindString("host") ?? "",
                    Category = row.FindString("category") is { } category ? Enum.Parse<ErrorCategory>(category) : null,
                    Reason = row.FindString("reason"),
                    Result = row.FindString("result"),
                    ResultBlob = row.FindString("resultBlob"),
                }
                : null,
            Failures = FailureHistory.Read(row.FindString("failures")),
            Log = TaskLog.From(row),
            Group = row.FindString("group"),
            StartedAt = row.FindTime("startedAt"),
            ETag = row.ETag,
        };

    public TableRow ToTableRow(ControlKey key)
    {
        var values = new Dictionary<string, object>
        {
            ["delivery"] = Delivery,
            ["attempt"] = Attempt,
            ["task"] = Subject,
            ["state"] = State.ToString(),
        };
        values.AddIfPresent("seq", Seq == 0 ? null : Seq);
        values.AddIfPresent("crashes", Crashes == 0 ? null : Crashes);
        values.AddIfPresent("group", Group);
        values.AddIfPresent("startedAt", StartedAt);
        if (Claim is { } claim)
        {
            values["messageId"] = claim.MessageId;
            values["dequeueCount"] = claim.DequeueCount;
            values["attemptId"] = claim.AttemptId;
        }

        if (Ending is { } ending)
        {
            values["endedAt"] = ending.At;
            values["host"] = ending.Host;
            values.AddIfPresent("category", ending.Category?.ToString());
            values.AddIfPresent("reason", ending.Reason);
            values.AddIfPresent("result", ending.Result);
            values.AddIfPresent("resultBlob", ending.ResultBlob);
        }

        values.AddIfPresent("failures", FailureHistory.Write(Failures));
        Log?.AddTo(values);
        return new TableRow(key.PartitionKey, key.RowKey, values);
    }
}
