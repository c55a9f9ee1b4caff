using System.Text.Json;
using System.Text.Json.Nodes;
using Celerity.Wire;

namespace Celerity.Tasks;

/// <summary>Reads payloads into their types, and writes them.</summary>
internal static class TaskPayload
{
    // A payload without what its type must have is the sender's mistake: it is told so, instead of a null in the handler.
    private static readonly JsonSerializerOptions Options = new(CelerityJson.Options)
    {
        RespectNullableAnnotations = true,
        RespectRequiredConstructorParameters = true,
    };

    private static readonly JsonElement Empty = JsonElement.Parse("{}");

    /// <exception cref="CelerityException">CEL0202: the payload does not fit the type.</exception>
    public static object Read(string task, Type type, JsonElement? payload)
    {
        object read;
        try
        {
            read = NamePositional(type, payload ?? Empty).Deserialize(type, Options) ?? throw new JsonException("It is null.");
        }
        catch (Exception exception) when (exception is JsonException or NotSupportedException or InvalidOperationException or FormatException)
        {
            throw new CelerityException(
                ErrorCodes.PayloadDoesNotFit, $"The payload of '{task}' does not fit {type.FullName}: {exception.Message}", exception);
        }

        return PayloadCheck.Violations(read) is { Count: > 0 } violations
            ? throw new CelerityException(
                ErrorCodes.PayloadDoesNotFit, $"The payload of '{task}' does not fit {type.FullName}: {string.Join(" ", violations)}")
            : read;
    }

    public static JsonElement Write(object payload) => Write(payload, payload.GetType());

    public static JsonElement Write(object payload, Type type) => JsonSerializer.SerializeToElement(payload, type, Options);

    public static void WriteTo(Utf8JsonWriter json, object payload, Type type) => JsonSerializer.Serialize(json, payload, type, Options);

    // Celery's positional arguments are named by the constructor's parameters, in their order.
    private static JsonElement NamePositional(Type type, JsonElement payload)
    {
        if (payload.ValueKind != JsonValueKind.Object || payload.Find(CeleryJson.PositionalArguments) is not { ValueKind: JsonValueKind.Array } positional)
        {
            return payload;
        }

        var parameters = type.GetConstructors().Select(constructor => constructor.GetParameters()).MaxBy(found => found.Length) ?? [];
        if (positional.GetArrayLength() > parameters.Length)
        {
            throw new JsonException($"It has {positional.GetArrayLength()} positional arguments; its constructor takes {parameters.Length}.");
        }

        var named = JsonObject.Create(payload)!;
        named.Remove(CeleryJson.PositionalArguments);
        foreach (var (at, value) in positional.EnumerateArray().Index())
        {
            named[JsonNamingPolicy.CamelCase.ConvertName(parameters[at].Name!)] = JsonNode.Parse(value.GetRawText());
        }

        return JsonSerializer.SerializeToElement(named);
    }
}
