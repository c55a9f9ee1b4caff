using System.Globalization;
using System.Text;

namespace Celerity.Storage;

/// <summary>Makes table keys of ids that strangers chose.</summary>
internal static class TableKeys
{
    /// <summary>Returns <paramref name="id"/> with all but letters, digits and <c>- _ . :</c> as <c>!</c> and four hex digits; different ids stay different.</summary>
    public static string Escape(string id)
    {
        if (id.All(IsPlain))
        {
            return id;
        }

        var key = new StringBuilder(id.Length * 2);
        foreach (var character in id)
        {
            _ = IsPlain(character) ? key.Append(character) : key.Append(CultureInfo.InvariantCulture, $"!{(int)character:x4}");
        }

        return key.ToString();
    }

    private static bool IsPlain(char character) => char.IsAsciiLetterOrDigit(character) || character is '-' or '_' or '.' or ':';
}
