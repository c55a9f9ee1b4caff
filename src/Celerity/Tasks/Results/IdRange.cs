using System.Globalization;

namespace Celerity.Tasks.Results;

/// <summary>The order of our ids as numbers: their milliseconds, then the 12 random bits that follow, so that also many ids of one millisecond can be parted.</summary>
internal static class IdRange
{
    /// <summary>The places of one millisecond.</summary>
    public const long Millisecond = 4096;

    public const long Hour = 3_600_000 * Millisecond;

    private const int TimeChars = 13;
    private const int VersionAt = 14;
    private const int PlaceChars = 18;

    /// <summary>The place of the first id that can be made at a time.</summary>
    public static long PlaceAt(DateTimeOffset at) => at.ToUnixTimeMilliseconds() * Millisecond;

    /// <summary>The hour that a place lies in.</summary>
    public static DateTimeOffset HourOf(long place) => DateTimeOffset.FromUnixTimeMilliseconds(place / Hour * (Hour / Millisecond));

    /// <summary>The text that no id before a place sorts after, and none from it on sorts before.</summary>
    public static string FirstIdAt(long place)
    {
        var time = TaskKeys.FirstIdAt(DateTimeOffset.FromUnixTimeMilliseconds(place / Millisecond));
        return place % Millisecond == 0 ? time : string.Create(CultureInfo.InvariantCulture, $"{time}-7{place % Millisecond:x3}");
    }

    /// <summary>The least place that no id lies in or after which sorts before <paramref name="id"/>; <see langword="null"/> where that is no id of ours, nor the beginning of one.</summary>
    public static long? FindEnd(string id)
    {
        if (TaskKeys.FindTime(id) is not { } at)
        {
            return null;
        }

        var first = PlaceAt(at);
        if (id.Length <= VersionAt || id[VersionAt] < '7')
        {
            return id.Length <= TimeChars ? first : first + 1;
        }

        return id.Length >= PlaceChars && id[VersionAt] == '7'
            && int.TryParse(id.AsSpan(VersionAt + 1, PlaceChars - VersionAt - 1), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var place)
            ? first + place + (id.Length > PlaceChars ? 1 : 0)
            : first + Millisecond;
    }
}
