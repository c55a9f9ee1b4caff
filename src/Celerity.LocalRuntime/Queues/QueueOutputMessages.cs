using Azure.Core.Serialization;
using Newtonsoft.Json;
using Newtonsoft.Json.Linq;

namespace Celerity.LocalRuntime.Queues;

/// <summary>Turns an output value into message bodies, as the worker and the host do between them.</summary>
internal static class QueueOutputMessages
{
    /// <summary>Returns one body for each message to send; none for <see langword="null"/>.</summary>
    public static IReadOnlyList<BinaryData> From(object? value, ObjectSerializer serializer) => value switch
    {
        null => [],
        byte[] bytes => [BinaryData.FromBytes(bytes)],
        string text when LooksLikeJson(text) && TryParse(text) is { } json => FromJson(json),
        string text => [BinaryData.FromString(text)],
        _ => FromJson(TryParse(serializer.Serialize(value).ToString())),
    };

    private static IReadOnlyList<BinaryData> FromJson(JToken? json) => json switch
    {
        null or { Type: JTokenType.Null } => [],
        JArray items => [.. items.Where(item => item.Type != JTokenType.Null).Select(Body)],
        _ => [Body(json)],
    };

    // An object is re-rendered, indented; a string goes without its quotes.
    private static BinaryData Body(JToken token) => BinaryData.FromString(token.ToString());

    private static bool LooksLikeJson(string text)
    {
        var trimmed = text.AsSpan().Trim();
        return (trimmed.StartsWith("{") && trimmed.EndsWith("}")) || (trimmed.StartsWith("[") && trimmed.EndsWith("]"));
    }

    private static JToken? TryParse(string text)
    {
        // Text that looks like a date stays the text it is.
        using var reader = new JsonTextReader(new StringReader(text)) { DateParseHandling = DateParseHandling.None };
        try
        {
            return JToken.ReadFrom(reader);
        }
        catch (JsonReaderException)
        {
            return null;
        }
    }
}
