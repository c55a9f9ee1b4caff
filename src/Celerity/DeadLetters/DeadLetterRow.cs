using System.Text.Json;
using Celerity.Retry;
using Celerity.Storage;
using Celerity.Tasks.Logs;

namespace Celerity.DeadLetters;

/// <summary>A letter as a table row.</summary>
/// <param name="Letter">The letter, without what is read out of its message.</param>
/// <param name="ETag">The row's version.</param>
internal sealed record DeadLetterRow(DeadLetter Letter, string ETag)
{
    public const int MaxBodyBytes = 60 * 1024;

    /// <summary>Marks what is deleted but for its row.</summary>
    private const string Gone = "gone";

    private const string Body = "body";

    /// <summary>Gets the blob that holds the message where it does not fit the row.</summary>
    public string? BodyBlob { get; init; }

    /// <summary>Gets the blob that holds the task's payload; it is the letter's since the task's record leaves it behind.</summary>
    public string? PayloadBlob { get; init; }

    public bool IsGone { get; init; }

    /// <summary>Gets the columns to read where messages and failures are not wanted.</summary>
    public static IReadOnlyList<string> Facts { get; } =
    [
        "id", "kind", "state", "task", "queue", "category", "severity", "reason", "at", "host", "appVersion", "attempt", "crashes", "correlationId", "traceId",
        "run", "stage", "chunk", "size", "firstFailedAt", "lastFailedAt", "replayOf", "replays", "replayedAs", "replayedAt", "action", "bodyBlob", "payloadBlob", Gone,
    ];

    public DeadLetterKey Key => DeadLetterKey.Of(Letter.Group, Letter.At, Letter.SubjectId);

    public static DeadLetterRow From(TableRow row) => new(
        new DeadLetter
        {
            Id = new DeadLetterKey(row.PartitionKey, row.RowKey).Id,
            Group = row.PartitionKey,
            Kind = Enum.Parse<DeadLetterKind>(row.FindString("kind")!, ignoreCase: true),
            SubjectId = row.FindString("id")!,
            State = Enum.Parse<DeadLetterState>(row.FindString("state")!),
            Task = row.FindString("task"),
            Queue = row.FindString("queue")!,
            Category = Enum.Parse<ErrorCategory>(row.FindString("category")!),
            Severity = Enum.Parse<Severity>(row.FindString("severity")!),
            Reason = row.FindString("reason")!,
            At = row.FindTime("at")!.Value,
            Host = row.FindString("host")!,
            AppVersion = row.FindString("appVersion"),
            Attempt = row.GetInt32("attempt"),
            Crashes = row.GetInt32("crashes"),
            CorrelationId = row.FindString("correlationId"),
            TraceId = row.FindString("traceId"),
            Run = row.FindString("run"),
            Stage = row.FindString("stage"),
            Chunk = row.Values.ContainsKey("chunk") ? row.GetInt32("chunk") : null,
            Size = row.GetInt64("size"),
            FirstFailedAt = row.FindTime("firstFailedAt"),
            LastFailedAt = row.FindTime("lastFailedAt"),
            ReplayOf = row.FindString("replayOf"),
            Replays = row.GetInt32("replays"),
            ReplayedAs = row.FindString("replayedAs"),
            ReplayedAt = row.FindTime("replayedAt"),
            Action = row.FindString("action"),
            Failures = [.. FailureHistory.Read(row.FindString("failures")).Select(failure => failure.ToPublic())],
            Log = TaskLog.From(row)?.Read() ?? [],
            LogDropped = row.GetInt32("logDropped"),
            Message = row.FindBytes(Body),
        },
        row.ETag)
    {
        BodyBlob = row.FindString("bodyBlob"),
        PayloadBlob = row.FindString("payloadBlob"),
        IsGone = row.GetBoolean(Gone),
    };

    public TableRow ToTableRow()
    {
        var values = new Dictionary<string, object>
        {
            ["id"] = Letter.SubjectId,
            ["kind"] = JsonNamingPolicy.CamelCase.ConvertName(Letter.Kind.ToString()),
            ["state"] = Letter.State.ToString(),
            ["queue"] = Letter.Queue,
            ["category"] = Letter.Category.ToString(),
            ["severity"] = Letter.Severity.ToString(),
            ["reason"] = Letter.Reason,
            ["at"] = Letter.At,
            ["host"] = Letter.Host,
            ["attempt"] = Letter.Attempt,
            ["crashes"] = Letter.Crashes,
            ["size"] = Letter.Size,
            ["replays"] = Letter.Replays,
        };
        values.AddIfPresent("task", Letter.Task);
        values.AddIfPresent("appVersion", Letter.AppVersion);
        values.AddIfPresent("correlationId", Letter.CorrelationId);
        values.AddIfPresent("traceId", Letter.TraceId);
        values.AddIfPresent("run", Letter.Run);
        values.AddIfPresent("stage", Letter.Stage);
        values.AddIfPresent("chunk", Letter.Chunk);
        values.AddIfPresent("firstFailedAt", Letter.FirstFailedAt);
        values.AddIfPresent("lastFailedAt", Letter.LastFailedAt);
        values.AddIfPresent("replayOf", Letter.ReplayOf);
        values.AddIfPresent("replayedAs", Letter.ReplayedAs);
        values.AddIfPresent("replayedAt", Letter.ReplayedAt);
        values.AddIfPresent("action", Letter.Action);
        values.AddIfPresent("failures", FailureHistory.Write([.. Letter.Failures.Select(FailureRecord.From)]));
        TaskLog.Of(Letter.Log.Select(TaskLog.Write), Letter.LogDropped)?.AddTo(values);
        values.AddIfPresent("bodyBlob", BodyBlob);
        values.AddIfPresent("payloadBlob", PayloadBlob);
        values.AddIfPresent(Gone, IsGone ? true : null);
        if (BodyBlob is null && !IsGone)
        {
            values.AddIfPresent(Body, Letter.Message?.ToArray());
        }

        var key = Key;
        return new TableRow(key.Group, key.RowKey, values) { ETag = ETag };
    }
}
