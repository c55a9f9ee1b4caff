using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Celerity.Wire;

/// <summary>Reads what <c>celery.send_task</c> puts on a broker: message protocol 2, JSON content (docs.celeryq.dev, Message Protocol).</summary>
internal static class CeleryMessage
{
    public static bool Is(JsonElement json) =>
        json.TryGetProperty("body", out _) && json.TryGetProperty("headers", out var headers) && headers.TryGetProperty("task", out _);

    public static TaskEnvelope Read(JsonElement json)
    {
        if (FindText(json, "content-type") is { } type and not "application/json")
        {
            throw new JsonException($"its content type is '{type}'; only application/json can be read.");
        }

        var headers = json.GetProperty("headers");
        return new TaskEnvelope
        {
            Id = FindText(headers, "id"),
            Task = headers.GetProperty("task").GetString()!,
            Payload = ReadPayload(json),
            Attempt = headers.TryGetProperty("retries", out var retries) && retries.ValueKind == JsonValueKind.Number ? retries.GetInt32() + 1 : 1,
            Eta = FindTime(headers, "eta"),
            ExpiresAt = FindTime(headers, "expires"),
            CorrelationId = json.TryGetProperty("properties", out var properties) ? FindText(properties, "correlation_id") : null,
            ParentId = FindText(headers, "parent_id"),
        };
    }

    // A handler takes one payload: the keyword arguments where there are any, a lone positional argument, or both as they came.
    private static JsonElement ReadPayload(JsonElement json)
    {
        using var content = JsonDocument.Parse(ReadBody(json));
        var (args, kwargs) = (content.RootElement[0], content.RootElement[1]);
        var hasKwargs = kwargs.EnumerateObject().Any();
        if (args.GetArrayLength() == 0)
        {
            return kwargs.Clone();
        }

        return args.GetArrayLength() == 1 && !hasKwargs
            ? args[0].Clone()
            : JsonSerializer.SerializeToElement(new { args, kwargs });
    }

    // The body is JSON as it is, JSON in a string, or base64 of it, as the producer's properties say.
    private static ReadOnlyMemory<byte> ReadBody(JsonElement json)
    {
        var body = json.GetProperty("body");
        if (body.ValueKind != JsonValueKind.String)
        {
            return JsonSerializer.SerializeToUtf8Bytes(body);
        }

        var text = body.GetString()!;
        return text.StartsWith('[') ? Encoding.UTF8.GetBytes(text) : Convert.FromBase64String(text);
    }

    private static string? FindText(JsonElement json, string name) =>
        json.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    private static DateTimeOffset? FindTime(JsonElement json, string name) => FindText(json, name) is { } text
        ? DateTimeOffset.Parse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal)
        : null;
}
