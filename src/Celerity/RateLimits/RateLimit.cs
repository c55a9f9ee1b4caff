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

    private static readonly (char Name, double Seconds)[] Units = [('s', 1), ('m', 60), ('h', 3600), ('d', 86_400)];

    /// <summary>Reads what people write. Without a burst it is what the rate gives in a second, at least 1.</summary>
    /// <returns><see langword="null"/> where it is no limit.</returns>
    public static RateLimit? TryParse(string text)
    {
        var match = Form().Match(text);
        if (!match.Success || !TryRead(match.Groups["count"].Value, out var count))
        {
            return null;
        }

        var perSecond = count / Units.Single(unit => unit.Name == match.Groups["unit"].Value[0]).Seconds;
        if (!match.Groups["burst"].Success)
        {
            return new RateLimit(perSecond, BurstOf(perSecond));
        }

        return TryRead(match.Groups["burst"].Value, out var burst) ? new RateLimit(perSecond, burst) : null;
    }

    /// <summary>Writes it so that it can be read: in the smallest unit in which its count is whole.</summary>
    public override string ToString()
    {
        var (unit, count) = Units.Select(unit => (unit.Name, Count: PerSecond * unit.Seconds)).First(pair => IsWhole(pair.Count) || pair.Name == 'd');
        var rate = string.Create(CultureInfo.InvariantCulture, $"{Math.Round(count)}/{unit}");
        return Burst == BurstOf(PerSecond) ? rate : string.Create(CultureInfo.InvariantCulture, $"{rate} burst {Burst}");
    }

    private static int BurstOf(double perSecond) => (int)Math.Max(1, perSecond);

    // A rate is a quotient, so its count comes back but for the last digits.
    private static bool IsWhole(double count) => count >= 0.5 && Math.Abs(count - Math.Round(count)) < 1e-6;

    private static bool TryRead(string text, out int count) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out count) && count is >= 1 and <= Most;

    [GeneratedRegex(@"^\s*(?<count>[0-9]+)\s*/\s*(?<unit>[smhd])(\s+burst\s+(?<burst>[0-9]+))?\s*$", RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant)]
    private static partial Regex Form();
}
