using System.Globalization;
using System.Text.Json;

namespace Celerity.Wire;

/// <summary>Reads fields of a stranger's JSON object; one of the wrong kind is refused by name. Absent and null are the same.</summary>
internal static class JsonFields
{
    public static JsonElement? Find(this JsonElement json, string name) =>
        json.TryGetProperty(name, out var value) && value.ValueKind != JsonValueKind.Null ? value : null;

    public static string? FindString(this JsonElement json, string name) => json.Find(name) switch
    {
        null => null,
        { ValueKind: JsonValueKind.String } value => value.GetString(),
        { } value => throw new WireFormatException($"its '{name}' is {Kind(value)}, not a string"),
    };

    public static int FindCount(this JsonElement json, string name, int least, int otherwise) => json.Find(name) switch
    {
        null => otherwise,
        { ValueKind: JsonValueKind.Number } value when value.TryGetInt32(out var number) && number >= least => number,
        { } value => throw new WireFormatException($"its '{name}' is {Kind(value)}, not a whole number from {least} up"),
    };

    public static bool FindFlag(this JsonElement json, string name) => json.Find(name) switch
    {
        null or { ValueKind: JsonValueKind.False } => false,
        { ValueKind: JsonValueKind.True } => true,
        { } value => throw new WireFormatException($"its '{name}' is {Kind(value)}, neither true nor false"),
    };

    public static DateTimeOffset? FindTime(this JsonElement json, string name)
    {
        // A time without an offset is UTC, as Celery means it.
        const DateTimeStyles Styles = DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal;
        return json.FindString(name) is not { } text
            ? null
            : DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, Styles, out var time)
                ? time
                : throw new WireFormatException($"its '{name}' is \"{Short(text)}\", not a time such as 2026-01-31T12:00:00Z");
    }

    public static string Kind(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Object => "an object",
        JsonValueKind.Array => "an array",
        _ => Short(value.GetRawText()),
    };

    public static string Short(string text, int length = 40) => text.Length > length ? $"{text[..length]}..." : text;
}
