using System.Text;
using System.Text.Json;

namespace Celerity.Wire;

/// <summary>Reads and writes the messages of the task queues: plain JSON or base64 of it, one task or a batch, ours or Celery's.</summary>
internal static class MessageCodec
{
    private const int MaxBatch = 1000;
    private const int MaxIdLength = 100;
    private const int MaxNameLength = 255;

    public static string Encode(TaskEnvelope envelope) => CelerityJson.Write(envelope);

    /// <summary>Reads a message.</summary>
    /// <param name="body">The text as it lies on the queue.</param>
    /// <param name="reason">Why it cannot be read, or <see langword="null"/>.</param>
    /// <returns>Its tasks; none where it cannot be read.</returns>
    public static IReadOnlyList<TaskEnvelope> Decode(string body, out string? reason)
    {
        try
        {
            using var json = JsonDocument.Parse(ToJson(body));
            var tasks = Read(json.RootElement);
            reason = tasks.Select(FindFault).FirstOrDefault(fault => fault is not null);
            return reason is null ? tasks : [];
        }
        catch (Exception exception) when (exception is JsonException or FormatException or InvalidOperationException)
        {
            reason = $"It is neither a task of Celerity's or Celery's nor base64 of one: {exception.Message}";
            return [];
        }
    }

    private static string ToJson(string body)
    {
        var text = body.Trim();
        return text.StartsWith('{') ? text : Encoding.UTF8.GetString(Convert.FromBase64String(text));
    }

    private static List<TaskEnvelope> Read(JsonElement json)
    {
        if (json.ValueKind != JsonValueKind.Object)
        {
            throw new JsonException($"the message is a JSON {json.ValueKind}, not an object.");
        }

        if (json.TryGetProperty("batch", out var batch))
        {
            return batch.GetArrayLength() is > 0 and <= MaxBatch
                ? [.. batch.EnumerateArray().Select(ReadOne)]
                : throw new JsonException($"a batch must have 1 to {MaxBatch} tasks.");
        }

        return CeleryMessage.Is(json) ? [CeleryMessage.Read(json)] : [ReadOne(json)];
    }

    private static TaskEnvelope ReadOne(JsonElement json) =>
        json.Deserialize<TaskEnvelope>(CelerityJson.Options) ?? throw new JsonException("a task is null.");

    private static string? FindFault(TaskEnvelope envelope)
    {
        if (envelope.V != 1)
        {
            return $"It has version {envelope.V}; this app reads version 1.";
        }

        if (string.IsNullOrWhiteSpace(envelope.Task) || envelope.Task.Length > MaxNameLength)
        {
            return $"Its task name must have 1 to {MaxNameLength} characters.";
        }

        if (envelope.Id is { } id && (id.Length is 0 or > MaxIdLength || !id.All(IsIdCharacter)))
        {
            return $"Its id must be 1 to {MaxIdLength} of letters, digits and . _ - : characters.";
        }

        return envelope.Attempt < 1 || envelope.Seq < 0 || envelope.Crashes < 0 ? "Its attempt, seq or crashes is out of range." : null;
    }

    private static bool IsIdCharacter(char character) => char.IsAsciiLetterOrDigit(character) || character is '.' or '_' or '-' or ':';
}
