using System.Globalization;
using System.Text.RegularExpressions;

namespace Celerity.RateLimits;

/// <summary>How many tasks may start in a time, and how many at once.</summary>
/// <param name="PerSecond">The rate.</param>
/// <param name="Burst">How many may start at once after a rest.</param>
internal sealed partial record RateLimit(double PerSecond, int Burst)
{
    public const string Rule = "a count, a slash and s, m, h or d, such as \"100/m\", with a burst where wanted: \"10/s burst 50\"; 1 to 1,000,000 each";

    private const int Most = 1_000_000;

    /// <summary>Reads what people write. Without a burst it is what the rate gives in a second, at least 1.</summary>
    /// <returns><see langword="null"/> where it is no limit.</returns>
    public static RateLimit? TryParse(string text)
    {
        var match = Form().Match(text);
        if (!match.Success || !TryRead(match.Groups["count"].Value, out var count))
        {
            return null;
        }

        var perSecond = count / match.Groups["unit"].Value[0] switch
        {
            's' => 1.0,
            'm' => 60,
            'h' => 3600,
            _ => 86_400,
        };
        if (!match.Groups["burst"].Success)
        {
            return new RateLimit(perSecond, (int)Math.Max(1, perSecond));
        }

        return TryRead(match.Groups["burst"].Value, out var burst) ? new RateLimit(perSecond, burst) : null;
    }

    private static bool TryRead(string text, out int count) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out count) && count is >= 1 and <= Most;

    [GeneratedRegex(@"^\s*(?<count>[0-9]+)\s*/\s*(?<unit>[smhd])(\s+burst\s+(?<burst>[0-9]+))?\s*$", RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant)]
    private static partial Regex Form();
}
