using System.Collections;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Celerity.LocalRuntime.Orchestration.History;

/// <summary>
/// The properties of a failure as they come over Durable Task's wire: texts, numbers as <see cref="double"/>, truth values, lists, maps,
/// and times, which a prefix tells from texts. All else is its text.
/// </summary>
internal sealed class FailurePropertiesConverter : JsonConverter<IDictionary<string, object?>>
{
    private const string TimePrefix = "dt:";
    private const string OffsetTimePrefix = "dto:";

    public override IDictionary<string, object?> Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        using var document = JsonDocument.ParseValue(ref reader);
        return Map(document.RootElement);
    }

    public override void Write(Utf8JsonWriter writer, IDictionary<string, object?> value, JsonSerializerOptions options) => Write(writer, (object)value);

    private static Dictionary<string, object?> Map(JsonElement element) =>
        element.EnumerateObject().ToDictionary(property => property.Name, property => Value(property.Value));

    private static object? Value(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.Object => Map(element),
        JsonValueKind.Array => element.EnumerateArray().Select(Value).ToList(),
        JsonValueKind.Number => element.GetDouble(),
        JsonValueKind.True => true,
        JsonValueKind.False => false,
        JsonValueKind.String => TextOrTime(element.GetString()!),
        _ => null,
    };

    private static object TextOrTime(string text) => text switch
    {
        _ when text.StartsWith(OffsetTimePrefix, StringComparison.Ordinal)
            && DateTimeOffset.TryParse(text.AsSpan(OffsetTimePrefix.Length), CultureInfo.InvariantCulture, DateTimeStyles.RoundtripKind, out var time) => time,
        _ when text.StartsWith(TimePrefix, StringComparison.Ordinal)
            && DateTime.TryParse(text.AsSpan(TimePrefix.Length), CultureInfo.InvariantCulture, DateTimeStyles.RoundtripKind, out var time) => time,
        _ => text,
    };

    private static void Write(Utf8JsonWriter writer, object? value)
    {
        switch (value)
        {
            case null:
                writer.WriteNullValue();
                break;
            case bool truth:
                writer.WriteBooleanValue(truth);
                break;
            case byte or sbyte or short or ushort or int or uint or long or ulong or float or double or decimal
                when double.IsFinite(Convert.ToDouble(value, CultureInfo.InvariantCulture)):
                writer.WriteNumberValue(Convert.ToDouble(value, CultureInfo.InvariantCulture));
                break;
            case DateTimeOffset time:
                writer.WriteStringValue($"{OffsetTimePrefix}{time:o}");
                break;
            case DateTime time:
                writer.WriteStringValue($"{TimePrefix}{time:o}");
                break;
            case string text:
                writer.WriteStringValue(text);
                break;
            case IEnumerable<KeyValuePair<string, object?>> map:
                writer.WriteStartObject();
                foreach (var (key, item) in map)
                {
                    writer.WritePropertyName(key);
                    Write(writer, item);
                }

                writer.WriteEndObject();
                break;
            case IEnumerable list:
                writer.WriteStartArray();
                foreach (var item in list)
                {
                    Write(writer, item);
                }

                writer.WriteEndArray();
                break;
            default:
                writer.WriteStringValue(value.ToString());
                break;
        }
    }
}
