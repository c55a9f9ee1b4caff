using System.Text;
using Celerity.Storage;

namespace Celerity.Tasks.Sending;

/// <summary>What was sent: the task's other row, which no consumer writes.</summary>
internal sealed record SendRow(string Id, string State, string Task, string Queue, string Message, DateTimeOffset SentAt)
{
    public const string Enqueued = "Enqueued";
    public const string Reserved = "Reserved";
    public const string Sent = "Sent";

    /// <summary>Gets when it is due, or <see langword="null"/> for at once.</summary>
    public DateTimeOffset? DueAt { get; init; }

    public string? CorrelationId { get; init; }

    /// <summary>Gets the run that it belongs to, or <see langword="null"/>: named here, so that lists need not read the message.</summary>
    public string? Run { get; init; }

    /// <summary>Gets the place in its workflow's document, a JSON pointer, or <see langword="null"/>.</summary>
    public string? Step { get; init; }

    /// <summary>Gets the blob that holds the payload, or <see langword="null"/>: named here, so that expiry need not read the message.</summary>
    public string? PayloadBlob { get; init; }

    /// <summary>Gets the key under which its result is cached: named here, so that expiry need not read the message.</summary>
    public string? CacheKey { get; init; }

    /// <summary>Gets the key whose sends replace each other: named here, so that whoever sends it again need not read the message.</summary>
    public string? DebounceKey { get; init; }

    public string ETag { get; init; } = "";

    public static SendRow From(TableRow row) => new(
        row.FindString("id")!,
        row.FindString("state")!,
        row.FindString("task")!,
        row.FindString("queue")!,
        Encoding.UTF8.GetString(row.FindBytes("message")!),
        row.FindTime("sentAt")!.Value)
    {
        DueAt = row.FindTime("dueAt"),
        CorrelationId = row.FindString("correlationId"),
        Run = row.FindString("run"),
        Step = row.FindString("step"),
        PayloadBlob = row.FindString("payloadBlob"),
        CacheKey = row.FindString("cacheKey"),
        DebounceKey = row.FindString("debounceKey"),
        ETag = row.ETag,
    };

    public TableRow ToTableRow()
    {
        var key = TaskKeys.SendOf(Id);
        return ToTableRow(key.PartitionKey, key.RowKey);
    }

    /// <summary>The same under another key: where a send is kept before it has a row of its own.</summary>
    public TableRow ToTableRow(string partitionKey, string rowKey)
    {
        var values = new Dictionary<string, object>
        {
            ["id"] = Id,
            ["state"] = State,
            ["task"] = Task,
            ["queue"] = Queue,

            // As bytes: a string property holds 32,768 characters, which is less than a message.
            ["message"] = Encoding.UTF8.GetBytes(Message),
            ["sentAt"] = SentAt,
        };
        values.AddIfPresent("dueAt", DueAt);
        values.AddIfPresent("correlationId", CorrelationId);
        values.AddIfPresent("run", Run);
        values.AddIfPresent("step", Step);
        values.AddIfPresent("payloadBlob", PayloadBlob);
        values.AddIfPresent("cacheKey", CacheKey);
        values.AddIfPresent("debounceKey", DebounceKey);
        return new TableRow(partitionKey, rowKey, values);
    }
}
