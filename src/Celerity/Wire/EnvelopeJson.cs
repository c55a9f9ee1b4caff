using System.Globalization;
using System.Text.Json;
using Celerity.Celery;
using Celerity.RateLimits;
using Celerity.Retry;

namespace Celerity.Wire;

/// <summary>Our own envelope as JSON. What is not known is passed over.</summary>
internal static class EnvelopeJson
{
    private const string TimeFormat = "yyyy-MM-ddTHH:mm:ss.FFFFFFFZ";

    private const int MaxSlots = 4;

    private static readonly string[] KeysOfRows = ["uniqueKey", "cacheKey", "debounceKey", "orderKey"];

    public static TaskEnvelope Read(JsonElement json, string borrowedId)
    {
        RefuseUnreservedKeys(json);
        var id = json.FindString("id");
        return new TaskEnvelope
        {
            Id = id is { Length: > 0 } ? id : borrowedId,
            IsIdBorrowed = id is not { Length: > 0 },
            Task = json.FindString("task") is { Length: > 0 } task ? task : throw new WireFormatException("it names no 'task'"),
            Payload = json.Find("payload")?.Clone(),
            Attempt = json.FindCount("attempt", 1, 1),
            Seq = json.FindCount("seq", 0, 0),
            Delivery = json.FindString("delivery") ?? "",
            Crashes = json.FindCount("crashes", 0, 0),
            Queue = json.FindString("queue"),
            Eta = json.FindTime("eta"),
            ExpiresAt = json.FindTime("expiresAt"),
            TimeLimit = json.FindSeconds("timeLimitSeconds"),
            SoftTimeLimit = json.FindSeconds("softTimeLimitSeconds"),
            IdempotencyKey = json.FindString("idempotencyKey"),
            CorrelationId = json.FindString("correlationId"),
            Traceparent = json.FindString("traceparent"),
            RunId = json.FindString("runId"),
            ParentId = json.FindString("parentId"),
            PayloadRef = json.FindString("payloadRef"),
            Headers = ReadHeaders(json),
            Group = ReadGroup(json),
            Next = ReadNext(json),
            OnError = json.Find("onError") is { } onError ? ReadLink(onError) : null,
            Celery = json.Find(CeleryTerms.Member) is { } celery ? CeleryTerms.Read(celery) : null,
            SentAt = json.FindTime("sentAt"),
            Tags = ReadTags(json),
            Reserved = json.FindFlag("reserved"),
            ContentType = json.FindString("contentType"),
            ContentEncoding = json.FindString("contentEncoding"),
            Signature = json.FindString(CanonicalJson.SignatureMember),
            UniqueKey = json.FindString("uniqueKey"),
            CacheKey = json.FindString("cacheKey"),
            DebounceKey = json.FindString("debounceKey"),
            OrderKey = json.FindString("orderKey"),
            OrderTicket = json.Find("orderTicket") is { ValueKind: JsonValueKind.Number } ticket ? ticket.GetInt64() : null,
            LimitKey = json.FindString("limitKey"),
            Slots = ReadSlots(json),
            ReplayOf = json.FindString("replayOf"),
            Replays = json.FindCount("replays", 0, 0),
            LastFailure = json.Find("lastFailure") is { ValueKind: JsonValueKind.Object } failure
                ? failure.Deserialize<FailureRecord>(CelerityJson.Options)
                : null,
        };
    }

    public static void Write(Utf8JsonWriter json, TaskEnvelope envelope)
    {
        json.WriteStartObject();
        json.WriteNumber("v", TaskEnvelope.Version);
        json.WriteString("id", envelope.Id);
        json.WriteString("task", envelope.Task);
        if (envelope.Payload is { } payload)
        {
            json.WritePropertyName("payload");
            payload.WriteTo(json);
        }

        json.WriteNumber("attempt", envelope.Attempt);
        json.WriteNumber("seq", envelope.Seq);
        json.WriteString("delivery", envelope.Delivery);
        json.WriteNumber("crashes", envelope.Crashes);
        WriteOptions(json, envelope);
        json.WriteEndObject();
    }

    /// <summary>Writes what most tasks do without, each member only where it is set.</summary>
    public static void WriteOptions(Utf8JsonWriter json, TaskEnvelope envelope)
    {
        WriteIfPresent(json, "queue", envelope.Queue);
        WriteIfPresent(json, "eta", Text(envelope.Eta));
        WriteIfPresent(json, "expiresAt", Text(envelope.ExpiresAt));
        WriteIfPresent(json, "timeLimitSeconds", envelope.TimeLimit);
        WriteIfPresent(json, "softTimeLimitSeconds", envelope.SoftTimeLimit);
        WriteIfPresent(json, "idempotencyKey", envelope.IdempotencyKey);
        WriteIfPresent(json, "correlationId", envelope.CorrelationId);
        WriteIfPresent(json, "traceparent", envelope.Traceparent);
        WriteIfPresent(json, "runId", envelope.RunId);
        WriteIfPresent(json, "parentId", envelope.ParentId);
        WriteIfPresent(json, "payloadRef", envelope.PayloadRef);
        if (envelope.Headers.Count > 0)
        {
            json.WritePropertyName("headers");
            JsonSerializer.Serialize(json, envelope.Headers, CelerityJson.Options);
        }

        WriteIfPresent(json, "sentAt", Text(envelope.SentAt));
        if (envelope.Tags.Count > 0)
        {
            json.WritePropertyName("tags");
            JsonSerializer.Serialize(json, envelope.Tags, CelerityJson.Options);
        }

        if (envelope.Reserved)
        {
            json.WriteBoolean("reserved", true);
        }

        WriteIfPresent(json, "limitKey", envelope.LimitKey);
        if (envelope.Slots.Count > 0)
        {
            json.WritePropertyName("slots");
            JsonSerializer.Serialize(json, envelope.Slots, CelerityJson.Options);
        }

        WriteIfPresent(json, "replayOf", envelope.ReplayOf);
        if (envelope.Replays > 0)
        {
            json.WriteNumber("replays", envelope.Replays);
        }

        WriteIfPresent(json, "contentType", envelope.ContentType);
        WriteIfPresent(json, "contentEncoding", envelope.ContentEncoding);
        WriteIfPresent(json, "uniqueKey", envelope.UniqueKey);
        WriteIfPresent(json, "cacheKey", envelope.CacheKey);
        WriteIfPresent(json, "debounceKey", envelope.DebounceKey);
        WriteIfPresent(json, "orderKey", envelope.OrderKey);
        if (envelope.OrderTicket is { } ticket)
        {
            json.WriteNumber("orderTicket", ticket);
        }

        WriteFollowUps(json, envelope);
        WriteIfPresent(json, CanonicalJson.SignatureMember, envelope.Signature);
        if (envelope.LastFailure is { } failure)
        {
            json.WritePropertyName("lastFailure");
            JsonSerializer.Serialize(json, failure, CelerityJson.Options);
        }
    }

    private static GroupSeat? ReadGroup(JsonElement json) => json.Find("group") switch
    {
        null => null,
        { ValueKind: JsonValueKind.Object } group when group.FindString("id") is { Length: > 0 } id
            && group.FindCount("index", 0, 0) is var index && group.FindCount("count", 1, 1) is var count && index < count => new GroupSeat(id, index, count),
        { } value => throw new WireFormatException($"its 'group' is {JsonFields.Kind(value)}, not an object with an 'id', an 'index' and a larger 'count'"),
    };

    private static IReadOnlyList<TaskLink> ReadNext(JsonElement json) => json.Find("next") switch
    {
        null => [],
        { ValueKind: JsonValueKind.Array } links => [.. links.EnumerateArray().Select(ReadLink)],
        { } value => throw new WireFormatException($"its 'next' is {JsonFields.Kind(value)}, not an array of tasks"),
    };

    private static TaskLink ReadLink(JsonElement link) =>
        link.ValueKind == JsonValueKind.Object && link.FindString("task") is { Length: > 0 } task
            && link.FindString("queue") is { Length: > 0 } queue && (link.Find("payload")?.ValueKind ?? JsonValueKind.Object) == JsonValueKind.Object
            ? new TaskLink(task, link.Find("payload")?.Clone() ?? JsonElement.Parse("{}"), queue)
            : throw new WireFormatException("a task that is to follow names no 'task' or 'queue', or its 'payload' is no object");

    private static void WriteFollowUps(Utf8JsonWriter json, TaskEnvelope envelope)
    {
        if (envelope.Group is { } group)
        {
            json.WriteStartObject("group");
            json.WriteString("id", group.Id);
            json.WriteNumber("index", group.Index);
            json.WriteNumber("count", group.Count);
            json.WriteEndObject();
        }

        if (envelope.Next.Count > 0)
        {
            json.WriteStartArray("next");
            foreach (var link in envelope.Next)
            {
                WriteLink(json, link);
            }

            json.WriteEndArray();
        }

        if (envelope.OnError is { } onError)
        {
            json.WritePropertyName("onError");
            WriteLink(json, onError);
        }

        envelope.Celery?.Write(json);
    }

    private static void WriteLink(Utf8JsonWriter json, TaskLink link)
    {
        json.WriteStartObject();
        json.WriteString("task", link.Task);
        json.WritePropertyName("payload");
        link.Payload.WriteTo(json);
        json.WriteString("queue", link.Queue);
        json.WriteEndObject();
    }

    // Their promises rest on rows that the sender writes. To run such a task without would break them without a word.
    private static void RefuseUnreservedKeys(JsonElement json)
    {
        if (!json.FindFlag("reserved") && KeysOfRows.FirstOrDefault(name => json.Find(name) is not null) is { } key)
        {
            throw new WireFormatException($"it has a '{key}', which takes more than a message; send it by POST /api/tasks/name or from C#");
        }
    }

    private static IReadOnlyList<RateSlot> ReadSlots(JsonElement json) => json.Find("slots") switch
    {
        null => [],
        { ValueKind: JsonValueKind.Array } slots when slots.GetArrayLength() <= MaxSlots && slots.EnumerateArray().All(IsSlot) =>
            [.. slots.EnumerateArray().Select(slot => new RateSlot(slot.FindString("limit")!, slot.FindTime("at")!.Value))],
        { } value => throw new WireFormatException($"its 'slots' are {JsonFields.Kind(value)}, not an array of a few objects with 'limit' and 'at'"),
    };

    private static bool IsSlot(JsonElement slot) =>
        slot.ValueKind == JsonValueKind.Object && slot.FindString("limit") is { Length: > 0 } && slot.FindTime("at") is not null;

    private static IReadOnlyList<string> ReadTags(JsonElement json) => json.Find("tags") switch
    {
        null => [],
        { ValueKind: JsonValueKind.Array } tags when tags.EnumerateArray().All(tag => tag.ValueKind == JsonValueKind.String) =>
            [.. tags.EnumerateArray().Select(tag => tag.GetString()!)],
        { } value => throw new WireFormatException($"its 'tags' are {JsonFields.Kind(value)}, not an array of strings"),
    };

    private static Dictionary<string, string> ReadHeaders(JsonElement json) => json.Find("headers") switch
    {
        null => [],
        { ValueKind: JsonValueKind.Object } headers => headers.EnumerateObject().GroupBy(header => header.Name, StringComparer.Ordinal).ToDictionary(
            header => header.Key,
            header => header.Last().Value is { ValueKind: JsonValueKind.String } text ? text.GetString()! : header.Last().Value.GetRawText()),
        { } value => throw new WireFormatException($"its 'headers' are {JsonFields.Kind(value)}, not an object"),
    };

    private static string? Text(DateTimeOffset? time) => time?.UtcDateTime.ToString(TimeFormat, CultureInfo.InvariantCulture);

    private static void WriteIfPresent(Utf8JsonWriter json, string name, TimeSpan? time)
    {
        if (time is { TotalSeconds: var seconds })
        {
            json.WriteNumber(name, seconds);
        }
    }

    private static void WriteIfPresent(Utf8JsonWriter json, string name, string? value)
    {
        if (value is not null)
        {
            json.WriteString(name, value);
        }
    }
}
