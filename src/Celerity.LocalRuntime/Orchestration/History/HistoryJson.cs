using System.Text.Json;
using System.Text.Json.Serialization;

namespace Celerity.LocalRuntime.Orchestration.History;

/// <summary>The stored form of history and messages.</summary>
internal static class HistoryJson
{
    private static readonly JsonSerializerOptions Options = new()
    {
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Converters = { new FailurePropertiesConverter() },
    };

    public static string Write<T>(T value) => JsonSerializer.Serialize(value, Options);

    public static T Read<T>(string text) =>
        JsonSerializer.Deserialize<T>(text, Options) ?? throw new JsonException($"A stored {typeof(T).Name} is null.");
}
