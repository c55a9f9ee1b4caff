using System.Buffers;
using System.Text.Json;
using Celerity.Celery;
using Celerity.Tasks;

namespace Celerity.Secrets;

/// <summary>Masks what is marked secret in payloads and results. Those of tasks whose type this app does not have are left as they are.</summary>
internal sealed class SecretPayloads(TaskRegistry registry)
{
    /// <summary>Tells whether a task's payload has secrets.</summary>
    public bool HasSecrets(string task) => registry.FindPayload(task) is { } type && SecretShape.Of(type).HasSecrets;

    /// <summary>Tells whether a task's payload or its result has secrets.</summary>
    public bool HasAnySecrets(string task) => HasSecrets(task) || (registry.Find(task)?.ResultType is { } type && SecretShape.Of(type).HasSecrets);

    /// <summary>Masks a payload.</summary>
    public JsonElement Mask(string task, JsonElement payload) => MaskAs(registry.FindPayload(task), payload);

    /// <summary>Masks a result.</summary>
    public JsonElement MaskResult(string task, JsonElement result) => MaskAs(registry.Find(task)?.ResultType, result);

    /// <summary>Masks a letter's payload, and leaves out its message, which holds it too.</summary>
    public DeadLetter Mask(DeadLetter letter) => letter.Task is { } task && HasSecrets(task)
        ? letter with { Payload = letter.Payload is { } payload ? Mask(task, payload) : null, Message = null }
        : letter;

    /// <summary>Masks JSON of a type; without one it is left as it is.</summary>
    public static JsonElement MaskAs(Type? type, JsonElement json)
    {
        if (type is null || !SecretShape.Of(type).HasSecrets)
        {
            return json;
        }

        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer))
        {
            Write(writer, json, type);
        }

        return JsonElement.Parse(buffer.WrittenSpan);
    }

    private static void Write(Utf8JsonWriter writer, JsonElement json, Type type)
    {
        var shape = SecretShape.Of(type);
        if (!shape.HasSecrets || (json.ValueKind == JsonValueKind.Null && !shape.IsSecret))
        {
            json.WriteTo(writer);
        }
        else if (!shape.IsSecret && json.ValueKind == JsonValueKind.Object && (shape.IsObject || shape.IsDictionary))
        {
            WriteMembers(writer, json, shape);
        }
        else if (!shape.IsSecret && json.ValueKind == JsonValueKind.Array && shape.Element is { } element && !shape.IsDictionary)
        {
            writer.WriteStartArray();
            foreach (var item in json.EnumerateArray())
            {
                Write(writer, item, element);
            }

            writer.WriteEndArray();
        }
        else
        {
            // Also what does not fit its type: nobody knows where the secret is.
            writer.WriteStringValue(SecretText.Mask);
        }
    }

    private static void WriteMembers(Utf8JsonWriter writer, JsonElement json, SecretShape shape)
    {
        writer.WriteStartObject();
        foreach (var member in json.EnumerateObject())
        {
            writer.WritePropertyName(member.Name);
            if (shape.IsDictionary)
            {
                Write(writer, member.Value, shape.Element!);
            }
            else if (shape.Find(member.Name) is { IsSecret: false, Type: var type } && member.Name != CeleryTask.PositionalArguments)
            {
                Write(writer, member.Value, type);
            }
            else
            {
                writer.WriteStringValue(SecretText.Mask);
            }
        }

        writer.WriteEndObject();
    }
}
