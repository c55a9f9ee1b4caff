using System.Globalization;
using Celerity.Schedules;
using Xunit;

namespace Celerity.Tests.Schedules;

/// <summary>Due times: intervals, spans, and daylight saving as Cronos defines it.</summary>
public sealed class ScheduleTimesTests
{
    // Local times with their offsets, over the hours in which clocks change. A fixed time that does not exist fires when the clock has jumped; one that
    // exists twice fires at its first; what comes several times an hour goes on through both hours.
    [Theory]
    [InlineData("Europe/Berlin", "30 2 * * *", "2026-03-28T12:00+01:00", "03-29 03:00 +02", "03-30 02:30 +02")]
    [InlineData("Europe/Berlin", "30 2 * * *", "2026-10-24T12:00+02:00", "10-25 02:30 +02", "10-26 02:30 +01")]
    [InlineData("Europe/Berlin", "*/30 2 * * *", "2026-10-24T12:00+02:00", "10-25 02:00 +02", "10-25 02:30 +02", "10-25 02:00 +01", "10-25 02:30 +01", "10-26 02:00 +01")]
    [InlineData("Europe/Berlin", "*/30 * * * *", "2026-03-29T01:10+01:00", "03-29 01:30 +01", "03-29 03:00 +02", "03-29 03:30 +02")]
    [InlineData("America/New_York", "30 2 * * *", "2026-03-07T12:00-05:00", "03-08 03:00 -04", "03-09 02:30 -04")]
    [InlineData("America/New_York", "30 1 * * *", "2026-10-31T12:00-04:00", "11-01 01:30 -04", "11-02 01:30 -05")]
    [InlineData("America/New_York", "*/30 1 * * *", "2026-10-31T12:00-04:00", "11-01 01:00 -04", "11-01 01:30 -04", "11-01 01:00 -05", "11-01 01:30 -05", "11-02 01:00 -05")]
    [InlineData("Australia/Lord_Howe", "15 2 * * *", "2026-10-03T12:00+10:30", "10-04 02:30 +11", "10-05 02:15 +11")]
    [InlineData("Australia/Lord_Howe", "45 1 * * *", "2026-04-04T12:00+11:00", "04-05 01:45 +11", "04-06 01:45 +10:30")]
    [InlineData("America/Sao_Paulo", "30 2 * * *", "2026-03-28T12:00-03:00", "03-29 02:30 -03", "03-30 02:30 -03")]
    [InlineData("Asia/Kolkata", "30 2 * * *", "2026-03-28T12:00+05:30", "03-29 02:30 +05:30", "03-30 02:30 +05:30")]
    public void Cron_OverClockChanges_IsDueAsCronosSays(string zone, string cron, string from, params string[] expected)
    {
        var times = Times(options => (options.Cron, options.TimeZone) = (cron, zone));
        var local = TimeZoneInfo.FindSystemTimeZoneById(zone);

        var due = Take(times, DateTimeOffset.Parse(from, CultureInfo.InvariantCulture), expected.Length).Select(at => TimeZoneInfo.ConvertTime(at, local));

        Assert.Equal(expected, due.Select(at => $"{at:MM-dd HH:mm} {at.Offset.Hours:+00;-00}{(at.Offset.Minutes == 0 ? "" : $":{Math.Abs(at.Offset.Minutes)}")}"));
    }

    [Fact]
    public void Interval_IsCountedFromItsStart_AndKnowsNoDaylightSaving()
    {
        var start = new DateTimeOffset(2026, 3, 28, 12, 7, 0, TimeSpan.FromHours(1));
        var times = Times(options => (options.Every, options.StartAt) = (TimeSpan.FromHours(12), start));

        Assert.Equal([start, start.AddHours(12), start.AddHours(24)], Take(times, DateTimeOffset.UnixEpoch, 3));
        Assert.Equal(start.AddHours(36), times.Next(start.AddHours(24)));
        Assert.Equal(start.AddHours(36), times.Next(start.AddHours(36).AddTicks(-1)));
    }

    [Fact]
    public void Interval_WithoutStart_IsCountedFrom1970()
    {
        var due = Times(options => options.Every = TimeSpan.FromMinutes(7)).Next(new DateTimeOffset(2026, 1, 1, 0, 5, 0, TimeSpan.Zero))!.Value;

        Assert.Equal((0, 26), ((due - DateTimeOffset.UnixEpoch).Ticks % TimeSpan.FromMinutes(7).Ticks, due.Year - 2000));
        Assert.InRange(due, new DateTimeOffset(2026, 1, 1, 0, 5, 0, TimeSpan.Zero), new DateTimeOffset(2026, 1, 1, 0, 12, 0, TimeSpan.Zero));
    }

    [Fact]
    public void Span_BothEndsAreDue_AndNothingBeyond()
    {
        var (start, end) = (DateTimeOffset.UnixEpoch.AddHours(5), DateTimeOffset.UnixEpoch.AddHours(7));
        var times = Times(options => (options.Cron, options.StartAt, options.EndAt) = ("0 * * * *", start, end));

        Assert.Equal([start, start.AddHours(1), end], Take(times, DateTimeOffset.UnixEpoch, 10));
    }

    [Fact]
    public void Jitter_IsWithinItsRange_AndFollowsFromNameAndDueTime()
    {
        var (one, same, other) = (Times(Set), Times(Set), Times(Set, "other"));
        var due = Take(one, DateTimeOffset.UnixEpoch, 500);

        Assert.All(due, at => Assert.InRange(one.FiresAt(at) - at, TimeSpan.Zero, TimeSpan.FromMinutes(30)));
        Assert.Equal(due.Select(one.FiresAt), due.Select(same.FiresAt));
        Assert.NotEqual(due.Select(one.FiresAt), due.Select(other.FiresAt));
        Assert.InRange(due.Average(at => (one.FiresAt(at) - at).TotalMinutes), 13, 17);

        static void Set(ScheduleOptions options) => (options.Cron, options.Jitter) = ("0 * * * *", TimeSpan.FromMinutes(30));
    }

    private static ScheduleTimes Times(Action<ScheduleOptions> set, string name = "x")
    {
        var options = new ScheduleOptions { Task = "t" };
        set(options);
        return new Schedule(name, options, ScheduleSource.Code).Times;
    }

    private static List<DateTimeOffset> Take(ScheduleTimes times, DateTimeOffset from, int count)
    {
        var due = new List<DateTimeOffset>();
        for (var next = times.Next(from); next is { } at && due.Count < count; next = times.Next(at))
        {
            due.Add(at);
        }

        return due;
    }
}
