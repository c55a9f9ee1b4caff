using Celerity.Schedules;
using Xunit;

namespace Celerity.Tests.Schedules;

/// <summary>What a definition may be.</summary>
public sealed class ScheduleTests
{
    public static TheoryData<string, Action<ScheduleOptions>, string> Wrong { get; } = new()
    {
        { "a/b", _ => { }, "name is 'a/b'; it must be 1 to 50 of letters, digits" },
        { new string('a', 51), _ => { }, "name is 'aaaaaaaaaa" },
        { "", _ => { }, "name is ''; it must be 1 to 50" },
        { "x", options => options.Cron = null, "cron is missing; it must be the only one of Cron and Every" },
        { "x", options => options.Every = TimeSpan.FromHours(1), "cron is given together with Every" },
        { "x", options => options.Cron = "0 24 * * *", "cron is \"0 24 * * *\"; it must be five fields, or six with seconds first (Hours: " },
        { "x", options => options.Cron = "60 * * * *", "cron is \"60 * * * *\"; it must be five fields, or six with seconds first (Minutes: " },
        { "x", options => options.Cron = "0 0 0 1 13 *", "cron is \"0 0 0 1 13 *\"; it must be five fields, or six with seconds first (Months: " },
        { "x", options => options.Cron = "* * *", "cron is \"* * *\"; it must be five fields" },
        { "x", options => options.Cron = "", "cron is \"\"; it must be five fields" },
        { "x", options => options.Cron = new string('1', 501), "cron is 501 characters long; it must be at most 500" },
        { "x", options => options.TimeZone = "Europe/Nowhere", "timeZone is \"Europe/Nowhere\"; it must be a time zone" },
        { "x", options => options.TimeZone = "../etc/passwd", "timeZone is \"../etc/passwd\"; it must be a time zone" },
        { "x", options => (options.Cron, options.Every) = (null, TimeSpan.Zero), "every is 00:00:00; it must be 00:00:01 to 366.00:00:00" },
        { "x", options => (options.Cron, options.Every) = (null, TimeSpan.FromSeconds(-5)), "every is -00:00:05; it must be" },
        { "x", options => (options.Cron, options.Every) = (null, TimeSpan.FromDays(400)), "every is 400.00:00:00; it must be" },
        { "x", options => (options.Cron, options.Every, options.TimeZone) = (null, TimeSpan.FromHours(1), "Europe/Berlin"), "timeZone is \"Europe/Berlin\"; it must be given with Cron alone" },
        { "x", options => (options.StartAt, options.EndAt) = (DateTimeOffset.UnixEpoch.AddDays(2), DateTimeOffset.UnixEpoch), "endAt is 1970-01-01 00:00:00Z; it must be no earlier than StartAt" },
        { "x", options => options.StartAt = DateTimeOffset.MaxValue, "startAt is 9999-12-31 23:59:59Z; it must be before 2100-01-01 00:00:00Z" },
        { "x", options => options.EndAt = DateTimeOffset.MaxValue, "endAt is 9999-12-31 23:59:59Z; it must be before" },
        { "x", options => options.Jitter = TimeSpan.FromMinutes(5), "jitter is 00:05:00; it must be shorter than the time between two due times, 00:05:00" },
        { "x", options => options.Jitter = TimeSpan.FromSeconds(-1), "jitter is -00:00:01; it must be 0 to 1.00:00:00" },
        { "x", options => (options.Cron, options.Every, options.Jitter) = (null, TimeSpan.FromMinutes(1), TimeSpan.FromMinutes(2)), "jitter is 00:02:00; it must be shorter" },
        { "x", options => options.Overlap = (OverlapPolicy)9, "overlap is 9; it must be Skip, Queue, Replace, Allow" },
        { "x", options => options.Missed = (MissedPolicy)9, "missed is 9; it must be RunOnce, Skip, RunAll" },
        { "x", options => options.MaxMissed = 0, "maxMissed is 0; it must be 1 to 1000" },
        { "x", options => options.MaxMissed = 1001, "maxMissed is 1001; it must be" },
        { "x", options => options.Task = null, "task is missing; it must be the only one of Task and Pipeline" },
        { "x", options => options.Pipeline = "p", "task is given together with Pipeline" },
        { "x", options => options.Payload = "{", "payload is no JSON; it must be JSON (" },
        { "x", options => options.Payload = $"\"{new string('a', 30_000)}\"", "payload is 30002 characters long; it must be at most 30000" },
    };

    [Theory]
    [MemberData(nameof(Wrong))]
    public void Schedule_SetUpWrongly_IsRefusedByName(string name, Action<ScheduleOptions> change, string message)
    {
        var options = new ScheduleOptions { Cron = "*/5 * * * *", Task = "test.echo" };
        change(options);

        var exception = Assert.Throws<CelerityException>(() => new Schedule(name, options, ScheduleSource.Api));

        Assert.StartsWith($"CEL0290: {message}", exception.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(ScheduleSource.Configuration, "CEL0290: Celerity:Schedules:nightly:Every is 00:00:00;")]
    [InlineData(ScheduleSource.Code, "CEL0290: AddSchedule(\"nightly\"): Every is 00:00:00;")]
    public void Schedule_SetUpWrongly_IsToldByItsFullKey(object source, string message)
    {
        var exception = Assert.Throws<CelerityException>(
            () => new Schedule("nightly", new ScheduleOptions { Every = TimeSpan.Zero, Task = "x" }, (ScheduleSource)source));

        Assert.StartsWith(message, exception.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("0 3 * * *")]
    [InlineData("0 0 3 * * *")]
    [InlineData("@daily")]
    [InlineData("0 12 L * ?")]
    [InlineData("0 9 * * MON#2")]
    public void Cron_OfFiveOrSixFields_IsTaken(string cron) =>
        Assert.NotNull(new Schedule("x", new ScheduleOptions { Cron = cron, Task = "t", TimeZone = "Asia/Kolkata" }, ScheduleSource.Api).Times.Next(DateTimeOffset.UnixEpoch));

    [Theory]
    [InlineData("* * * * *", "every minute")]
    [InlineData("*/5 * * * *", "every 5 minutes")]
    [InlineData("0 * * * *", "minute 0 of every hour")]
    [InlineData("30 3 * * *", "every day at 03:30")]
    [InlineData("0 9,17 * * 1-5", "at 09:00 and 17:00 on Monday to Friday")]
    [InlineData("0 0 1 1 *", "at 00:00 on day 1 in January")]
    [InlineData("0 0 * JAN,jul sun", "at 00:00 in January and July on Sunday")]
    [InlineData("*/15 9-17 * * MON-FRI", "every 15 minutes of hour 9 to 17 on Monday to Friday")]
    [InlineData("0 12 L * ?", "at 12:00 on day L")]
    [InlineData("0 9 * * MON#2", "at 09:00 on MON#2")]
    [InlineData("0 0 * * 7", "at 00:00 on Sunday")]
    [InlineData("* * * * * *", "every second")]
    [InlineData("*/10 * * * * *", "every 10 seconds")]
    [InlineData("15 30 3 * * *", "every day at 03:30:15")]
    [InlineData("15,45 * * * * *", "second 15 and 45")]
    [InlineData("@daily", "every day at 00:00")]
    public void Words_SayTheExpression(string cron, string words) => Assert.Equal(words, CronWords.Of(cron));

    [Theory]
    [InlineData("00:00:01", "every second")]
    [InlineData("00:01:30", "every 90 seconds")]
    [InlineData("00:05:00", "every 5 minutes")]
    [InlineData("1.00:00:00", "every day")]
    [InlineData("00:00:01.5", "every 00:00:01.5000000")]
    public void Words_SayTheInterval(string every, string words) =>
        Assert.Equal(words, CronWords.OfInterval(TimeSpan.Parse(every, System.Globalization.CultureInfo.InvariantCulture)));
}
