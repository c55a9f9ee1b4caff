using System.Globalization;

namespace Celerity.Cli.Api;

/// <summary>Texts that strangers wrote, for a terminal.</summary>
internal static class SafeText
{
    /// <summary>The text in one line, without what could steer a terminal or turn the writing round, cut where it is long.</summary>
    public static string Line(string? text, int most = 200)
    {
        var line = Lines(text).ReplaceLineEndings(" ");
        return line.Length > most ? line[..(most - 1)] + "…" : line;
    }

    /// <summary>The same with its lines.</summary>
    public static string Lines(string? text) => string.Concat((text ?? "").Select(character => character is '\n' || !IsUnsafe(character) ? character : ' '));

    private static bool IsUnsafe(char character) => char.GetUnicodeCategory(character) is UnicodeCategory.Control or UnicodeCategory.Format
        or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator;
}
