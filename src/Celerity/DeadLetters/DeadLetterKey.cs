using System.Globalization;
using Celerity.Storage;

namespace Celerity.DeadLetters;

/// <summary>Where a letter lies: among those of its group, the newest first.</summary>
internal readonly record struct DeadLetterKey(string Group, string RowKey)
{
    /// <summary>The row with a group's figures; it comes before all letters.</summary>
    public const string FiguresRow = "!group";

    /// <summary>The first row key that a letter can have.</summary>
    public const string FirstLetter = "0";

    private const int CountdownChars = 10;

    private static readonly long LatestSecond = DateTimeOffset.MaxValue.ToUnixTimeSeconds();

    /// <summary>Gets the letter's id.</summary>
    public string Id => $"{Group}-{RowKey}";

    /// <summary>A letter's key follows from what died and when: kept again it is the same row.</summary>
    public static DeadLetterKey Of(string group, DateTimeOffset at, string subjectId) => new(group, $"{CountdownOf(at)}-{TableKeys.Escape(subjectId)}");

    /// <summary>The beginning of the row keys of letters that ended in the second of <paramref name="at"/>; older ones come after it.</summary>
    public static string CountdownOf(DateTimeOffset at) =>
        (LatestSecond - at.ToUnixTimeSeconds()).ToString($"x{CountdownChars}", CultureInfo.InvariantCulture);

    /// <summary>Takes a cursor apart: a letter's id, or what comes after a group's last letter.</summary>
    public static DeadLetterKey OfCursor(string cursor) => new(cursor[..Fingerprint.Chars], cursor[(Fingerprint.Chars + 1)..]);

    /// <summary>Tells whether a text is a cursor.</summary>
    public static bool IsCursor(string text) =>
        TryParse(text) is not null || (text.Length == Fingerprint.Chars + 2 && text.EndsWith("-~", StringComparison.Ordinal) && IsGroup(text[..Fingerprint.Chars]));

    /// <summary>Tells whether a text is a group's id.</summary>
    public static bool IsGroup(string text) => text.Length == Fingerprint.Chars && text.All(char.IsAsciiHexDigitLower);

    /// <summary>Takes a letter's id apart; <see langword="null"/> where it is none.</summary>
    public static DeadLetterKey? TryParse(string id) =>
        id.Length > Fingerprint.Chars + CountdownChars + 2 && id.Length <= Fingerprint.Chars + 1 + TableLimits.KeyChars
            && id[Fingerprint.Chars] == '-' && id[Fingerprint.Chars + CountdownChars + 1] == '-'
            && IsGroup(id[..Fingerprint.Chars]) && TableKeys.Escape(id) is var plain
            && plain.Replace("!0021", "!", StringComparison.Ordinal) == id
            ? new DeadLetterKey(id[..Fingerprint.Chars], id[(Fingerprint.Chars + 1)..])
            : null;
}
