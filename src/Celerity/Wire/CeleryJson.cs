using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Celerity.Wire;

/// <summary>
/// Celery's messages (protocol 2, and the body of protocol 1) as <c>celery.send_task</c> puts them on a queue. Keyword arguments become
/// the payload; positional ones go into it under <see cref="PositionalArguments"/>, for the payload's type to name. A lone positional object is
/// the payload itself.
/// </summary>
internal static class CeleryJson
{
    public const string PositionalArguments = "$args";

    private static readonly HashSet<string> OwnHeaders = new(StringComparer.Ordinal)
    {
        "lang", "task", "id", "shadow", "eta", "expires", "group", "group_index", "retries", "timelimit", "root_id", "parent_id",
        "argsrepr", "kwargsrepr", "origin", "ignore_result", "replaced_task_nesting", "stamped_headers", "stamps",
    };

    public static bool IsCelery(JsonElement json) => json.Find("task") is null && json.Find("body") is not null;

    public static TaskEnvelope Read(JsonElement json, string borrowedId)
    {
        if (json.FindString("content-type") is { } type && !type.StartsWith("application/json", StringComparison.OrdinalIgnoreCase))
        {
            throw new WireFormatException($"its body is '{JsonFields.Short(type)}'; only Celery's JSON serializer is read");
        }

        using var body = ReadBody(json);
        var headers = json.Find("headers") is { ValueKind: JsonValueKind.Object } found ? found : default(JsonElement?);
        var facts = headers?.Find("task") is not null ? headers.Value : body.RootElement;
        if (facts.ValueKind != JsonValueKind.Object)
        {
            throw new WireFormatException("its headers name no 'task'");
        }

        var (args, kwargs, embed) = ReadParts(body.RootElement);
        RefuseCanvas(embed);
        var id = facts.FindString("id");
        return new TaskEnvelope
        {
            Id = id is { Length: > 0 } ? id : borrowedId,
            IsIdBorrowed = id is not { Length: > 0 },
            Task = facts.FindString("task") is { Length: > 0 } task ? task : throw new WireFormatException("its headers name no 'task'"),
            Payload = ReadPayload(args, kwargs),
            Attempt = facts.FindCount("retries", 0, 0) + 1,
            Eta = facts.FindTime("eta"),
            ExpiresAt = facts.FindTime("expires"),
            CorrelationId = json.Find("properties")?.FindString("correlation_id"),
            ParentId = facts.FindString("parent_id"),
            Headers = ReadHeaders(headers),
        };
    }

    // Protocol 2 has [args, kwargs, embed] for a body; in protocol 1 the body is the whole task.
    private static (JsonElement? Args, JsonElement? Kwargs, JsonElement? Embed) ReadParts(JsonElement body) => body.ValueKind switch
    {
        JsonValueKind.Array when body.GetArrayLength() is 2 or 3 => (Part(body, 0), Part(body, 1), body.GetArrayLength() == 3 ? Part(body, 2) : null),
        JsonValueKind.Object => (body.Find("args"), body.Find("kwargs"), body),
        _ => throw new WireFormatException("its body is not [args, kwargs, embed]"),
    };

    private static JsonElement? Part(JsonElement body, int at) => body[at].ValueKind == JsonValueKind.Null ? null : body[at];

    private static JsonDocument ReadBody(JsonElement json)
    {
        var text = json.FindString("body")!;
        var encoding = json.Find("properties") is { ValueKind: JsonValueKind.Object } properties ? properties.FindString("body_encoding") : null;
        return encoding == "base64" ? JsonDocument.Parse(Convert.FromBase64String(text)) : JsonDocument.Parse(Encoding.UTF8.GetBytes(text));
    }

    // To run the task and forget what should follow it would lose work without a word.
    private static void RefuseCanvas(JsonElement? embed)
    {
        if (embed is not { ValueKind: JsonValueKind.Object } parts)
        {
            return;
        }

        foreach (var name in new[] { "callbacks", "errbacks", "chain", "chord" })
        {
            if (parts.Find(name) is { } value && (value.ValueKind != JsonValueKind.Array || value.GetArrayLength() > 0))
            {
                throw new WireFormatException($"it carries a Celery '{name}', which is not supported; send the tasks one by one");
            }
        }
    }

    private static JsonElement ReadPayload(JsonElement? args, JsonElement? kwargs)
    {
        var payload = kwargs switch
        {
            null => [],
            { ValueKind: JsonValueKind.Object } named => JsonObject.Create(named)!,
            { } value => throw new WireFormatException($"its kwargs are {JsonFields.Kind(value)}, not an object"),
        };
        if (args is { ValueKind: not JsonValueKind.Array } other)
        {
            throw new WireFormatException($"its args are {JsonFields.Kind(other)}, not an array");
        }

        if (args is not { } positional || positional.GetArrayLength() == 0)
        {
            return JsonSerializer.SerializeToElement(payload);
        }

        if (payload.Count > 0 || positional.GetArrayLength() > 1 || positional[0].ValueKind != JsonValueKind.Object)
        {
            payload[PositionalArguments] = JsonArray.Create(positional);
            return JsonSerializer.SerializeToElement(payload);
        }

        return positional[0].Clone();
    }

    private static Dictionary<string, string> ReadHeaders(JsonElement? headers) => headers is null
        ? []
        : headers.Value.EnumerateObject()
            .Where(header => !OwnHeaders.Contains(header.Name) && header.Value.ValueKind != JsonValueKind.Null)
            .GroupBy(header => header.Name, StringComparer.Ordinal)
            .ToDictionary(
                header => header.Key,
                header => header.Last().Value is { ValueKind: JsonValueKind.String } text ? text.GetString()! : header.Last().Value.GetRawText());
}
