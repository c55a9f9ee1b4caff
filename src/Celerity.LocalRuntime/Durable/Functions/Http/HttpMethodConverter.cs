using System.Text.Json;
using System.Text.Json.Serialization;

namespace Microsoft.Azure.Functions.Worker.Extensions.DurableTask.Http;

/// <summary>Writes a method as its name.</summary>
internal sealed class HttpMethodConverter : JsonConverter<HttpMethod>
{
    public override HttpMethod Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => HttpMethod.Parse(reader.GetString());

    public override void Write(Utf8JsonWriter writer, HttpMethod value, JsonSerializerOptions options) => writer.WriteStringValue(value.Method);
}
