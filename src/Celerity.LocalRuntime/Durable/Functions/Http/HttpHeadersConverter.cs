using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.Extensions.Primitives;

namespace Microsoft.Azure.Functions.Worker.Extensions.DurableTask.Http;

/// <summary>Writes headers as texts, and as lists where they have several values.</summary>
internal sealed class HttpHeadersConverter : JsonConverter<IDictionary<string, StringValues>>
{
    public override IDictionary<string, StringValues> Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        using var document = JsonDocument.ParseValue(ref reader);
        return document.RootElement.EnumerateObject().ToDictionary(
            header => header.Name,
            header => header.Value.ValueKind == JsonValueKind.Array
                ? new StringValues([.. header.Value.EnumerateArray().Select(value => value.GetString())])
                : new StringValues(header.Value.GetString()),
            StringComparer.OrdinalIgnoreCase);
    }

    public override void Write(Utf8JsonWriter writer, IDictionary<string, StringValues> value, JsonSerializerOptions options)
    {
        writer.WriteStartObject();
        foreach (var (name, values) in value)
        {
            writer.WritePropertyName(name);
            if (values.Count == 1)
            {
                writer.WriteStringValue(values[0]);
            }
            else
            {
                JsonSerializer.Serialize(writer, values.ToArray(), options);
            }
        }

        writer.WriteEndObject();
    }
}
