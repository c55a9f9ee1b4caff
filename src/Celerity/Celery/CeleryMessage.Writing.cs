using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Celerity.Celery;

internal static partial class CeleryMessage
{
    /// <summary>Writes what a Celery worker takes, all ASCII. It lacks none of the members without which that worker's process would end.</summary>
    /// <param name="task">The task.</param>
    /// <param name="routingKey">The queue, by Celery's name for it.</param>
    public static string Write(CeleryTask task, string routingKey) => Encoding.ASCII.GetString(Written(json =>
    {
        json.WriteStartObject();
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
        json.WriteEndObject();
    }));

    private static byte[] WriteBody(CeleryTask task) => Written(json =>
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
    });

    private static byte[] Written(Action<Utf8JsonWriter> write)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer))
        {
            write(json);
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
}
