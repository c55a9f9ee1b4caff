using System.Security.Cryptography;
using System.Text;

namespace Celerity.DeadLetters;

/// <summary>Groups dead letters that have the same cause.</summary>
internal static class Fingerprint
{
    public const int Chars = 16;

    /// <summary>Makes the fingerprint of a cause. Words with digits do not count: ids, numbers and sizes in a message are no other cause.</summary>
    /// <param name="subject">The name of the task or stage, where it is known.</param>
    /// <param name="category">What kind of failure it was.</param>
    /// <param name="exceptionType">The last exception's type, where there was one.</param>
    /// <param name="frames">Where it was thrown.</param>
    /// <param name="reason">Why it ended.</param>
    public static string Of(string? subject, ErrorCategory category, string? exceptionType, IReadOnlyList<string> frames, string reason)
    {
        var cause = string.Join('\n', [subject, category.ToString(), exceptionType, .. frames, Mask(reason)]);
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(cause)))[..Chars];
    }

    /// <summary>The text with each word that has a digit as <c>#</c>. A word is letters, digits, hyphens and underscores.</summary>
    public static string Mask(string text)
    {
        var masked = new StringBuilder(text.Length);
        for (var at = 0; at < text.Length;)
        {
            var end = at;
            while (end < text.Length && IsOfWord(text[end]))
            {
                end++;
            }

            if (end == at)
            {
                masked.Append(text[at++]);
                continue;
            }

            var word = text.AsSpan(at, end - at);
            _ = word.ContainsAnyInRange('0', '9') ? masked.Append('#') : masked.Append(word);
            at = end;
        }

        return masked.ToString();
    }

    private static bool IsOfWord(char character) => char.IsLetterOrDigit(character) || character is '-' or '_';
}
