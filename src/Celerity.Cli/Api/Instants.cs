using System.Globalization;

namespace Celerity.Cli.Api;

/// <summary>Instants as people write and read them.</summary>
internal static class Instants
{
    /// <summary>What to tell of a text that is none.</summary>
    public const string Rule = "give a time such as 2026-01-31T12:00Z, or 2026-01-31 in this machine's time zone.";

    private static readonly string[] Formats = ["yyyy-MM-dd", "yyyy-MM-dd'T'HH:mmK", "yyyy-MM-dd'T'HH:mm:ss.FFFFFFFK", "yyyy-MM-dd HH:mmK", "yyyy-MM-dd HH:mm:ss.FFFFFFFK"];

    /// <summary>Reads one; without a zone it is meant in <paramref name="zone"/>.</summary>
    public static bool TryParse(string text, TimeZoneInfo zone, out DateTimeOffset at)
    {
        var isTime = DateTime.TryParseExact(text, Formats, CultureInfo.InvariantCulture, DateTimeStyles.RoundtripKind, out var time);
        at = isTime && time.Kind == DateTimeKind.Unspecified ? new DateTimeOffset(time, zone.GetUtcOffset(time)) : new DateTimeOffset(time);
        return isTime;
    }

    /// <summary>Writes one for the app.</summary>
    public static string Utc(DateTimeOffset at) => at.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.FFFFFFF'Z'", CultureInfo.InvariantCulture);

    /// <summary>Writes one for people.</summary>
    public static string Show(DateTimeOffset at) => at.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss'Z'", CultureInfo.InvariantCulture);

    /// <summary>Says how far off one is, such as <c>in 3 h</c> or <c>5 min ago</c>.</summary>
    public static string Distance(DateTimeOffset at, DateTimeOffset now)
    {
        var length = Length((at - now).Duration());
        return at > now ? $"in {length}" : $"{length} ago";
    }

    /// <summary>Writes a length of time for people.</summary>
    public static string Length(TimeSpan time) => time switch
    {
        { TotalDays: >= 2 } => $"{time.TotalDays:N0} days",
        { TotalMinutes: >= 100 } => $"{time.TotalHours:N0} h",
        { TotalSeconds: >= 100 } => $"{time.TotalMinutes:N0} min",
        _ => $"{time.TotalSeconds:N0} s",
    };
}
