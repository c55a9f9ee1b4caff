using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Celerity.Wire;

/// <summary>
/// The bytes of a JSON object that a signature covers: its members but <c>signature</c>, sorted by name at every level, without white space,
/// all ASCII. What Python's <c>json.dumps(message, sort_keys=True, separators=(",", ":"))</c> gives.
/// </summary>
internal static class CanonicalJson
{
    public const string SignatureMember = "signature";

    public static byte[] Write(JsonElement message)
    {
        var text = new StringBuilder();
        Write(text, message, leaveOut: SignatureMember);
        return Encoding.ASCII.GetBytes(text.ToString());
    }

    /// <summary>Writes any JSON so, all of its members.</summary>
    public static string WriteText(JsonElement json)
    {
        var text = new StringBuilder();
        Write(text, json, leaveOut: null);
        return text.ToString();
    }

    private static void Write(StringBuilder text, JsonElement value, string? leaveOut)
    {
        switch (value.ValueKind)
        {
            case JsonValueKind.Object:
                text.Append('{');

                // Of members with the same name the last one counts, as for every reader here.
                var members = value.EnumerateObject().GroupBy(member => member.Name, StringComparer.Ordinal)
                    .Where(member => member.Key != leaveOut).OrderBy(member => member.Key, StringComparer.Ordinal);
                foreach (var (at, member) in members.Index())
                {
                    text.Append(at == 0 ? "" : ",");
                    WriteText(text, member.Key);
                    text.Append(':');
                    Write(text, member.Last().Value, leaveOut: null);
                }

                text.Append('}');
                break;
            case JsonValueKind.Array:
                text.Append('[');
                foreach (var (at, item) in value.EnumerateArray().Index())
                {
                    text.Append(at == 0 ? "" : ",");
                    Write(text, item, leaveOut: null);
                }

                text.Append(']');
                break;
            case JsonValueKind.String:
                WriteText(text, value.GetString()!);
                break;
            default:
                text.Append(value.GetRawText());
                break;
        }
    }

    private static void WriteText(StringBuilder text, string value)
    {
        text.Append('"');
        foreach (var character in value)
        {
            _ = character switch
            {
                '"' => text.Append("\\\""),
                '\\' => text.Append("\\\\"),
                '\n' => text.Append("\\n"),
                '\r' => text.Append("\\r"),
                '\t' => text.Append("\\t"),
                '\b' => text.Append("\\b"),
                '\f' => text.Append("\\f"),
                >= ' ' and <= '~' => text.Append(character),
                _ => text.Append(CultureInfo.InvariantCulture, $"\\u{(int)character:x4}"),
            };
        }

        text.Append('"');
    }
}
