using System.Globalization;

namespace Celerity.Cli.Api;

/// <summary>Lengths of time as people write them.</summary>
internal static class Durations
{
    /// <summary>What to tell of a text that is none.</summary>
    public const string Rule = "give a length such as 90s, 15m, 6h or 1d, or 06:00:00.";

    public static bool TryParse(string text, out TimeSpan time)
    {
        time = TimeSpan.Zero;
        if (text.Contains(':', StringComparison.Ordinal))
        {
            return TimeSpan.TryParse(text, CultureInfo.InvariantCulture, out time) && time >= TimeSpan.Zero;
        }

        // Six digits of days are more than a schedule takes, and less than overflows.
        if (text.Length is < 2 or > 7 || !int.TryParse(text[..^1], NumberStyles.None, CultureInfo.InvariantCulture, out var count))
        {
            return false;
        }

        (var isLength, time) = text[^1] switch
        {
            's' => (true, TimeSpan.FromSeconds(count)),
            'm' => (true, TimeSpan.FromMinutes(count)),
            'h' => (true, TimeSpan.FromHours(count)),
            'd' => (true, TimeSpan.FromDays(count)),
            _ => (false, TimeSpan.Zero),
        };
        return isLength;
    }
}
