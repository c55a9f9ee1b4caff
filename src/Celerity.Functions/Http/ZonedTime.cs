using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Celerity.Functions.Http;

/// <summary>Reads instants that say their zone. Without one, a time would mean another instant to the server than to who wrote it.</summary>
internal sealed class ZonedTime : JsonConverter<DateTimeOffset>
{
    /// <summary>What to tell of a text that is none; the field's name goes before it.</summary>
    public const string Rule = "is no time with its zone: write 2026-01-31T12:00:00Z or 2026-01-31T13:00:00+01:00 (in a URL, + is %2B).";

    private static readonly string[] Formats = ["yyyy-MM-dd'T'HH:mmK", "yyyy-MM-dd'T'HH:mm:ss.FFFFFFFK"];

    public static bool TryParse(string text, out DateTimeOffset at) =>
        DateTimeOffset.TryParseExact(text, Formats, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out at)
        && text.AsSpan(text.IndexOf('T', StringComparison.Ordinal)).ContainsAny('Z', '+', '-');

    /// <exception cref="JsonException">It is none; the message is <see cref="Rule"/>.</exception>
    public override DateTimeOffset Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        reader.TokenType == JsonTokenType.String && TryParse(reader.GetString()!, out var at) ? at : throw new JsonException(Rule);

    public override void Write(Utf8JsonWriter writer, DateTimeOffset value, JsonSerializerOptions options) => writer.WriteStringValue(value);
}
