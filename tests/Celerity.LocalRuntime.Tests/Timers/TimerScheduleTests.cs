using System.Globalization;
using Celerity.LocalRuntime.Hosting;
using Celerity.LocalRuntime.Timers;
using Xunit;

namespace Celerity.LocalRuntime.Tests.Timers;

public sealed class TimerScheduleTests
{
    private static readonly TimeZoneInfo Berlin = TimeZoneInfo.FindSystemTimeZoneById("Europe/Berlin");

    [Theory]
    [InlineData("0 */5 * * * *", "2026-05-01T10:02:00Z", "2026-05-01T10:05:00Z")]
    [InlineData("0 */5 * * * *", "2026-05-01T10:05:00Z", "2026-05-01T10:10:00Z")]
    [InlineData("*/5 * * * *", "2026-05-01T10:02:30Z", "2026-05-01T10:05:00Z")]
    [InlineData("30 0 6 * * MON", "2026-05-01T00:00:00Z", "2026-05-04T06:00:30Z")]
    [InlineData("0 0 0 1 JAN *", "2026-05-01T00:00:00Z", "2027-01-01T00:00:00Z")]
    [InlineData("0 0 12 * * 0", "2026-05-01T00:00:00Z", "2026-05-03T12:00:00Z")]
    [InlineData("01:30:00", "2026-05-01T10:00:00Z", "2026-05-01T11:30:00Z")]
    public void After_InUtc_IsTheNextOccurrence(string expression, string from, string expected) =>
        Assert.Equal(At(expected), TimerSchedule.Parse(expression, TimeZoneInfo.Utc, "t").After(At(from)));

    [Theory]
    [InlineData("0 30 2 * * *", "2026-10-24T22:00:00Z", "2026-10-25T00:30:00Z", "2026-10-26T01:30:00Z")]
    [InlineData("0 0 * * * *", "2026-10-24T23:30:00Z", "2026-10-25T00:00:00Z", "2026-10-25T01:00:00Z", "2026-10-25T02:00:00Z")]
    [InlineData("0 */30 * * * *", "2026-10-25T00:10:00Z", "2026-10-25T00:30:00Z", "2026-10-25T01:00:00Z", "2026-10-25T01:30:00Z")]
    public void After_ClockGoesBack_PointInTimeRunsOnceAndIntervalsRunThrough(string expression, string from, params string[] expected) =>
        Assert.Equal(expected.Select(At), Occurrences(expression, Berlin, At(from), expected.Length));

    [Theory]
    [InlineData("0 30 2 * * *", "2026-03-28T12:00:00Z", "2026-03-29T01:30:00Z", "2026-03-30T00:30:00Z")]
    [InlineData("0 0 * * * *", "2026-03-28T23:30:00Z", "2026-03-29T00:00:00Z", "2026-03-29T01:00:00Z", "2026-03-29T02:00:00Z")]
    public void After_ClockGoesForward_NothingIsLost(string expression, string from, params string[] expected) =>
        Assert.Equal(expected.Select(At), Occurrences(expression, Berlin, At(from), expected.Length));

    [Theory]
    [InlineData("0 0 * * * 7")]
    [InlineData("0 61 * * * *")]
    [InlineData("* * * *")]
    [InlineData("00:00:00")]
    [InlineData("soon")]
    public void Parse_NoSchedule_NamesOwnerAndExpression(string expression)
    {
        var exception = Assert.Throws<LocalStartException>(() => TimerSchedule.Parse(expression, TimeZoneInfo.Utc, "The timer"));

        Assert.Contains("The timer", exception.Message);
        Assert.Contains($"\"{expression}\"", exception.Message);
    }

    [Theory]
    [InlineData("*/30 * * * * *", true)]
    [InlineData("0,59 * * * * *", true)]
    [InlineData("00:00:59", true)]
    [InlineData("0 * * * * *", false)]
    [InlineData("00:01:00", false)]
    public void IsTooFrequentToMonitor_RunsLessThanAMinuteApart_IsTrue(string expression, bool expected) =>
        Assert.Equal(expected, TimerSchedule.Parse(expression, TimeZoneInfo.Utc, "t").IsTooFrequentToMonitor(At("2026-05-01T00:00:00Z")));

    private static IEnumerable<DateTimeOffset> Occurrences(string expression, TimeZoneInfo zone, DateTimeOffset from, int count)
    {
        var schedule = TimerSchedule.Parse(expression, zone, "t");
        for (var index = 0; index < count; index++)
        {
            from = schedule.After(from);
            yield return from;
        }
    }

    private static DateTimeOffset At(string text) => DateTimeOffset.Parse(text, CultureInfo.InvariantCulture);
}
