using System.Globalization;
using System.Text;

namespace Celerity.Tests.Tasks.Model;

/// <summary>Numbers the random ids in a text as they come: two texts that differ in nothing but their ids become equal.</summary>
internal static class IdNumbering
{
    private const int IdLength = 32;

    public static string Apply(string text)
    {
        var numbers = new Dictionary<string, int>(StringComparer.Ordinal);
        var result = new StringBuilder(text.Length);
        var start = 0;
        for (var at = 0; at <= text.Length; at++)
        {
            if (at < text.Length && char.IsAsciiHexDigitLower(text[at]))
            {
                continue;
            }

            var word = text.AsSpan(start, at - start);
            if (word.Length == IdLength)
            {
                var id = word.ToString();
                if (!numbers.TryGetValue(id, out var number))
                {
                    numbers[id] = number = numbers.Count;
                }

                result.Append(CultureInfo.InvariantCulture, $"#{number}");
            }
            else
            {
                result.Append(word);
            }

            if (at < text.Length)
            {
                result.Append(text[at]);
            }

            start = at + 1;
        }

        return result.ToString();
    }
}
