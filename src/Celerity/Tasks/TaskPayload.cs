using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Celerity.Celery;
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
        TypeInfoResolver = new DefaultJsonTypeInfoResolver(),
    };

    private static readonly JsonElement Empty = JsonElement.Parse("{}");

    /// <summary>Reads a payload into its type.</summary>
    /// <param name="task">The task's name.</param>
    /// <param name="type">The type.</param>
    /// <param name="payload">The payload.</param>
    /// <param name="isCelery">Whether a Celery client wrote it: then a member may be named in snake_case.</param>
    /// <exception cref="CelerityException">CEL0202: the payload does not fit the type.</exception>
    public static object Read(string task, Type type, JsonElement? payload, bool isCelery = false)
    {
        object read;
        try
        {
            read = Bind(type, payload ?? Empty, isCelery).Deserialize(type, Options) ?? throw new JsonException("It is null.");
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

    /// <summary>How a type is written as JSON.</summary>
    public static JsonTypeInfo JsonOf(Type type) => Options.GetTypeInfo(type);

    public static JsonElement Write(object payload) => Write(payload, payload.GetType());

    public static JsonElement Write(object payload, Type type) => JsonSerializer.SerializeToElement(payload, type, Options);

    public static void WriteTo(Utf8JsonWriter json, object payload, Type type) => JsonSerializer.Serialize(json, payload, type, Options);

    // Celery's positional arguments are named by the constructor's parameters, in their order; its keyword arguments may be in snake_case.
    private static JsonElement Bind(Type type, JsonElement payload, bool isCelery)
    {
        if (payload.ValueKind != JsonValueKind.Object || (!isCelery && payload.Find(CeleryTask.PositionalArguments) is null))
        {
            return payload;
        }

        var members = Options.GetTypeInfo(type).Properties;
        var named = new Dictionary<string, JsonElement>(StringComparer.OrdinalIgnoreCase);
        foreach (var given in payload.EnumerateObject().Where(given => given.Name != CeleryTask.PositionalArguments))
        {
            var plain = given.Name.Replace("_", "", StringComparison.Ordinal);
            named[(Find(given.Name) ?? Find(plain))?.Name ?? given.Name] = given.Value;
        }

        var positional = payload.Find(CeleryTask.PositionalArguments) is { ValueKind: JsonValueKind.Array } values ? values.EnumerateArray().ToList() : [];
        var parameters = members.Where(member => member.AssociatedParameter is not null).OrderBy(member => member.AssociatedParameter!.Position).ToList();
        if (positional.Count > parameters.Count)
        {
            throw new JsonException($"It has {positional.Count} positional arguments; its constructor takes {parameters.Count}.");
        }

        foreach (var (value, parameter) in positional.Zip(parameters))
        {
            if (!named.TryAdd(parameter.Name, value))
            {
                throw new JsonException($"It has '{parameter.Name}' twice, by position and by name.");
            }
        }

        return JsonSerializer.SerializeToElement(named);

        JsonPropertyInfo? Find(string name) => members.FirstOrDefault(member => string.Equals(member.Name, name, StringComparison.OrdinalIgnoreCase));
    }
}
