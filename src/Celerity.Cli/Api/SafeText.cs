using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Celerity.Cli.Api;

/// <summary>Texts that strangers wrote, for a terminal: without what could steer it or turn the writing round.</summary>
internal static class SafeText
{
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>The text in one line, cut where it is long.</summary>
    public static string Line(string? text, int most = 200)
    {
        var line = Lines(text).ReplaceLineEndings(" ");
        if (line.Length <= most)
        {
            return line;
        }

        // Not between the halves of a character.
        var end = char.IsHighSurrogate(line[most - 2]) ? most - 2 : most - 1;
        return line[..end] + "…";
    }

    /// <summary>The text with its lines.</summary>
    public static string Lines(string? text) => Replace(text ?? "", _ => " ");

    /// <summary>JSON for people and machines: letters as they are, the rest as JSON's own escapes, so that nothing is lost.</summary>
    public static string Json(JsonElement json) =>
        Replace(JsonSerializer.Serialize(json, Indented), rune => string.Concat(rune.ToString().Select(unit => $"\\u{(int)unit:x4}")));

    private static string Replace(string text, Func<Rune, string> with)
    {
        var safe = new StringBuilder(text.Length);
        foreach (var rune in text.EnumerateRunes())
        {
            safe.Append(rune.Value == '\n' || !IsUnsafe(rune) ? rune.ToString() : with(rune));
        }

        return safe.ToString();
    }

    private static bool IsUnsafe(Rune rune) => Rune.GetUnicodeCategory(rune) is UnicodeCategory.Control or UnicodeCategory.Format
        or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator;
}
