using System.Text;
using System.Text.Json;
using System.Text.Unicode;
using Celerity.Wire;

namespace Celerity.Celery;

/// <summary>Celery's messages as kombu's transport for Azure Storage queues puts them there: protocol 2, and to read protocol 1 too.</summary>
internal static partial class CeleryMessage
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
