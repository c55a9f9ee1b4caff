using System.Xml;

namespace Celerity.Runs;

/// <summary>Reads how long a run may take: ISO 8601 durations.</summary>
internal static class RunTimeLimit
{
    public const string Rule = "an ISO 8601 duration of 1 second to 365 days, such as PT2H or P1DT12H";

    private static readonly TimeSpan Least = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Most = TimeSpan.FromDays(365);

    public static TimeSpan? TryRead(string text)
    {
        try
        {
            return text.StartsWith('P') && XmlConvert.ToTimeSpan(text) is var limit && IsInRange(limit) ? limit : null;
        }
        catch (Exception exception) when (exception is FormatException or OverflowException)
        {
            return null;
        }
    }

    public static bool IsInRange(TimeSpan limit) => limit >= Least && limit <= Most;
}
