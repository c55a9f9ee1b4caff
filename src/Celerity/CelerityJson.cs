using System.Text.Json;
using System.Text.Json.Serialization;

namespace Celerity;

/// <summary>How Celerity writes JSON on its wires: camelCase, enums by name, nulls left out.</summary>
internal static class CelerityJson
{
    public static JsonSerializerOptions Options { get; } = new(JsonSerializerDefaults.Web)
    {
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase, allowIntegerValues: false) },
    };

    public static string Write<T>(T value) => JsonSerializer.Serialize(value, Options);

    public static byte[] WriteBytes<T>(T value) => JsonSerializer.SerializeToUtf8Bytes(value, Options);

    public static async ValueTask<T> ReadAsync<T>(Stream json, CancellationToken cancellationToken) =>
        await JsonSerializer.DeserializeAsync<T>(json, Options, cancellationToken).ConfigureAwait(false) ?? throw new JsonException("The JSON is null.");

    public static T Read<T>(string json) => JsonSerializer.Deserialize<T>(json, Options) ?? throw new JsonException("The JSON is null.");
}
