using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Unicode;
using Celerity.Wire;

namespace Celerity.Celery;

/// <summary>Celery's messages as kombu's transport for Azure Storage queues puts them there: protocol 2, and to read protocol 1 too.</summary>
internal static class CeleryMessage
{
    // Two levels less than a message of ours may have: written anew, the arguments lie deeper.
    private const int MaxBodyDepth = 60;

    private static readonly HashSet<string> OwnHeaders = new(StringComparer.Ordinal)
    {
        "lang", "task", "id", "shadow", "eta", "expires", "group", "group_index", "retries", "timelimit", "root_id", "parent_id",
        "argsrepr", "kwargsrepr", "origin", "ignore_result", "replaced_task_nesting", "stamped_headers", "stamps", "compression",
    };

    public static bool IsCelery(JsonElement json) => json.Find("task") is null && json.Find("body") is not null;

    /// <exception cref="WireFormatException">It cannot be read, or what it asks for cannot be done.</exception>
    public static CeleryTask Read(JsonElement json)
    {
        if (json.FindString("content-type") is { } type && !type.StartsWith("application/json", StringComparison.OrdinalIgnoreCase))
        {
            throw CelerySignature.Fault($"its body is '{JsonFields.Short(type)}'; only Celery's JSON serializer is read");
        }

        var headers = CelerySignature.FindObject(json, "headers");
        if (headers?.Find("compression") is { } compression)
        {
            throw CelerySignature.Fault($"its body is compressed by {JsonFields.Kind(compression)}; send it without task_compression");
        }

        using var body = ReadBody(json);
        var facts = headers?.Find("task") is not null ? headers.Value : body.RootElement;
        if (facts.ValueKind != JsonValueKind.Object || facts.FindString("task") is not { Length: > 0 } name)
        {
            throw CelerySignature.Fault("its headers name no 'task'");
        }

        var (parts, embed) = ReadParts(body.RootElement);
        var (hard, soft) = ReadTimeLimits(facts);
        var id = facts.FindString("id") ?? "";
        var task = new CeleryTask
        {
            Id = id,
            Name = name,
            Args = CelerySignature.FindArray(parts, "args"),
            Kwargs = CelerySignature.FindObject(parts, "kwargs"),
            Retries = facts.FindRetries(),
            Eta = facts.FindTime("eta"),
            ExpiresAt = facts.FindTime("expires"),
            TimeLimit = hard,
            SoftTimeLimit = soft,
            CorrelationId = CelerySignature.FindObject(json, "properties")?.FindString("correlation_id"),
            ParentId = facts.FindString("parent_id"),
            Headers = CelerySignature.TextsOf(headers).Where(header => !OwnHeaders.Contains(header.Key)).ToDictionary(),
            Terms = CeleryTerms.Read(embed) with
            {
                Group = facts.FindString("group"),
                RootId = facts.FindString("root_id") is { Length: > 0 } root ? root : null,
                IgnoresResult = facts.FindFlag("ignore_result"),
            },
        };
        CheckIds(task);
        return task;
    }

    /// <summary>Writes what a Celery worker takes, all ASCII. It lacks none of the members without which that worker's process would end.</summary>
    /// <param name="task">The task.</param>
    /// <param name="routingKey">The queue, by Celery's name for it.</param>
    public static string Write(CeleryTask task, string routingKey) => Encoding.ASCII.GetString(WriteObject(json =>
    {
        json.WriteBase64String("body", WriteBody(task));
        json.WriteString("content-encoding", "utf-8");
        json.WriteString("content-type", "application/json");
        json.WriteStartObject("headers");
        json.WriteString("lang", "net");
        json.WriteString("task", task.Name);
        json.WriteString("id", task.Id);
        json.WriteString("eta", Text(task.Eta));
        json.WriteString("expires", Text(task.ExpiresAt));
        json.WriteString("group", task.Terms.Group);
        json.WriteNumber("retries", task.Retries);
        json.WriteStartArray("timelimit");
        WriteSeconds(json, task.TimeLimit);
        WriteSeconds(json, task.SoftTimeLimit);
        json.WriteEndArray();
        json.WriteString("root_id", task.Terms.RootId ?? task.Id);
        json.WriteString("parent_id", task.ParentId);
        json.WriteString("origin", "celerity");
        json.WriteBoolean("ignore_result", task.Terms.IgnoresResult);
        foreach (var (name, value) in task.Headers.Where(header => !OwnHeaders.Contains(header.Key)))
        {
            json.WriteString(name, value);
        }

        json.WriteEndObject();
        json.WriteStartObject("properties");
        json.WriteString("correlation_id", task.Id);
        json.WriteString("reply_to", task.Id);
        json.WriteNumber("delivery_mode", 2);
        json.WriteStartObject("delivery_info");
        json.WriteString("exchange", "");
        json.WriteString("routing_key", routingKey);
        json.WriteEndObject();
        json.WriteNumber("priority", 0);
        json.WriteString("body_encoding", "base64");
        json.WriteString("delivery_tag", task.Id);
        json.WriteEndObject();
    }));

    private static byte[] WriteBody(CeleryTask task)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartArray();
            WriteArray(json, task.Args);
            if (task.Kwargs is { } kwargs)
            {
                kwargs.WriteTo(json);
            }
            else
            {
                json.WriteStartObject();
                json.WriteEndObject();
            }

            json.WriteStartObject();
            WriteFollowers(json, "callbacks", task.Terms.Callbacks);
            WriteFollowers(json, "errbacks", task.Terms.Errbacks);
            WriteFollowers(json, "chain", task.Terms.Chain);

            // It would count the chord in its own result backend, where nobody has begun to.
            json.WriteNull("chord");
            json.WriteEndObject();
            json.WriteEndArray();
        }

        return buffer.WrittenSpan.ToArray();
    }

    private static byte[] WriteObject(Action<Utf8JsonWriter> write)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            write(json);
            json.WriteEndObject();
        }

        return buffer.WrittenSpan.ToArray();
    }

    private static void WriteFollowers(Utf8JsonWriter json, string name, IReadOnlyList<JsonElement> signatures)
    {
        json.WritePropertyName(name);
        if (signatures.Count > 0)
        {
            WriteArray(json, signatures);
        }
        else
        {
            json.WriteNullValue();
        }
    }

    private static void WriteArray(Utf8JsonWriter json, IReadOnlyList<JsonElement> items)
    {
        json.WriteStartArray();
        foreach (var item in items)
        {
            item.WriteTo(json);
        }

        json.WriteEndArray();
    }

    private static void WriteSeconds(Utf8JsonWriter json, TimeSpan? time)
    {
        if (time is { } limit)
        {
            json.WriteNumberValue(limit.TotalSeconds);
        }
        else
        {
            json.WriteNullValue();
        }
    }

    // As Python's isoformat writes it.
    private static string? Text(DateTimeOffset? time) => time?.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ss.ffffff+00:00", CultureInfo.InvariantCulture);

    // Protocol 2 has [args, kwargs, embed] for a body; in protocol 1 the body is the whole task.
    private static (JsonElement Parts, JsonElement? Embed) ReadParts(JsonElement body)
    {
        if (body.ValueKind == JsonValueKind.Object)
        {
            return (body, JsonSerializer.SerializeToElement(new
            {
                callbacks = body.Find("callbacks"),
                errbacks = body.Find("errbacks"),
                chain = body.Find("chain"),
                chord = body.Find("chord"),
            }));
        }

        if (body.ValueKind != JsonValueKind.Array || body.GetArrayLength() is not (2 or 3))
        {
            throw CelerySignature.Fault("its body is not [args, kwargs, embed]");
        }

        var embed = body.GetArrayLength() == 3 && body[2].ValueKind != JsonValueKind.Null ? body[2] : default(JsonElement?);
        return (JsonSerializer.SerializeToElement(new { args = body[0], kwargs = body[1] }), embed);
    }

    private static JsonDocument ReadBody(JsonElement json)
    {
        var text = json.FindString("body")!;
        var isBase64 = CelerySignature.FindObject(json, "properties")?.FindString("body_encoding") == "base64";
        try
        {
            var bytes = isBase64 ? Convert.FromBase64String(text) : Encoding.UTF8.GetBytes(text);
            return !Utf8.IsValid(bytes) ? throw CelerySignature.Fault("its body is no UTF-8") : JsonDocument.Parse(bytes, new JsonDocumentOptions { MaxDepth = MaxBodyDepth });
        }
        catch (FormatException)
        {
            throw CelerySignature.Fault($"its body of {text.Length} characters is no base64, as its 'body_encoding' says");
        }
        catch (JsonException exception)
        {
            throw CelerySignature.Fault($"its body is cut off, no JSON or nested deeper than {MaxBodyDepth}: {JsonFields.Short(exception.Message, 100)}");
        }
    }

    private static (TimeSpan? Hard, TimeSpan? Soft) ReadTimeLimits(JsonElement facts)
    {
        if (facts.Find("timelimit") is not { } limits)
        {
            return (null, null);
        }

        if (limits.ValueKind != JsonValueKind.Array || limits.GetArrayLength() != 2)
        {
            throw CelerySignature.Fault($"its 'timelimit' is {JsonFields.Kind(limits)}, not [hard, soft]");
        }

        var named = JsonSerializer.SerializeToElement(new { timelimit = limits[0], softlimit = limits[1] });
        return (named.FindSeconds("timelimit"), named.FindSeconds("softlimit"));
    }

    // Two with one id would be taken for one that was sent twice.
    private static void CheckIds(CeleryTask task)
    {
        var ids = task.Terms.Chain.Concat(task.Terms.Callbacks).Concat(task.Terms.Errbacks).SelectMany(CelerySignature.EndsOf).Append(task.Id);
        if (ids.Where(id => id is { Length: > 0 }).GroupBy(id => id, StringComparer.Ordinal).FirstOrDefault(same => same.Count() > 1) is { } twice)
        {
            throw CelerySignature.Fault($"two of its tasks have the id '{JsonFields.Short(twice.Key!)}'; freeze each signature by itself");
        }
    }
}
