using Celerity.RateLimits;
using Celerity.Schedules;
using Xunit;

namespace Celerity.Tests.Schedules;

/// <summary>The pure decisions: what is due, what is missed, what overlaps, what comes as a burst.</summary>
public sealed class DuePlanTests
{
    private static readonly DateTimeOffset Start = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData(0, "", null, 1.0)]
    [InlineData(1, "1", null, 2.0)]
    [InlineData(2.5, "1,2", null, 3.0)]
    [InlineData(2.6, "1,2", null, 3.0)]
    [InlineData(3.6, "2,3", "1", 4.0)]
    [InlineData(10.5, "8,9,10", "1-7", 11.0)]
    public void Plan_RunOnce_TakesTheLatestMissed(double now, string due, string? passed, double next) =>
        Check(Minutely(options => options.Missed = MissedPolicy.RunOnce), now, due, passed, next);

    [Theory]
    [InlineData(2.5, "1,2", null, 3.0)]
    [InlineData(2.6, "2", "1", 3.0)]
    [InlineData(10.5, "9,10", "1-8", 11.0)]
    public void Plan_Skip_LetsAllMissedPass(double now, string due, string? passed, double next) =>
        Check(Minutely(options => options.Missed = MissedPolicy.Skip), now, due, passed, next);

    [Theory]
    [InlineData(4.6, "1,2,3,4", null, 5.0)]
    [InlineData(5.5, "1,2,3,4,5", null, 6.0)]
    [InlineData(10.5, "6,7,8,9,10", "1-5", 11.0)]
    public void Plan_RunAll_TakesTheLatestOfThem(double now, string due, string? passed, double next) =>
        Check(Minutely(options => (options.Missed, options.MaxMissed) = (MissedPolicy.RunAll, 3)), now, due, passed, next);

    [Fact]
    public void Plan_OfASchedulesEnd_HasNoNext()
    {
        var plan = DuePlan.Of(Minutely(options => options.EndAt = Start.AddMinutes(2)), Start, Start.AddMinutes(2.2));

        Assert.Equal((2, null), (plan.Due.Count, plan.NextAt));
    }

    [Fact]
    public void Plan_ClockSetBack_HasNothingToDo()
    {
        var plan = DuePlan.Of(Minutely(_ => { }), Start.AddHours(5), Start);

        Assert.Equal((0, null, Start.AddHours(5).AddMinutes(1)), (plan.Due.Count, plan.Passed, plan.NextAt));
    }

    [Fact]
    public void Plan_AYearOfEverySecond_IsBounded_AndComesToItsEnd()
    {
        var schedule = new Schedule("x", new ScheduleOptions { Cron = "* * * * * *", Task = "t" }, ScheduleSource.Code);
        var (cursor, now, plans, passed) = (Start, Start.AddDays(10).AddSeconds(0.5), 0, 0L);
        while (true)
        {
            var plan = DuePlan.Of(schedule, cursor, now);
            (plans, passed) = (plans + 1, passed + (plan.Passed?.Count ?? 0));
            Assert.InRange(plan.Due.Count, 0, 1 + 91);
            if (plan.Due.Count > 0)
            {
                Assert.Equal((10L * 86_400) - 91, passed);
                Assert.Equal(1 + 90, plan.Due.Count);
                break;
            }

            Assert.Equal(now, plan.NextAt);
            cursor = plan.Passed!.DueAt;
        }

        Assert.Equal(9, plans);
    }

    [Theory]
    [InlineData(OverlapPolicy.Skip, false, false, "Fire")]
    [InlineData(OverlapPolicy.Skip, true, false, "Skip")]
    [InlineData(OverlapPolicy.Queue, false, false, "Fire")]
    [InlineData(OverlapPolicy.Queue, true, false, "Wait")]
    [InlineData(OverlapPolicy.Queue, true, true, "Skip")]
    [InlineData(OverlapPolicy.Queue, false, true, "Skip")]
    [InlineData(OverlapPolicy.Replace, false, false, "Fire")]
    [InlineData(OverlapPolicy.Replace, true, false, "Replace")]
    [InlineData(OverlapPolicy.Allow, true, false, "Fire")]
    public void Overlap_IsDecidedByThePolicy(OverlapPolicy policy, bool isRunning, bool isOneWaiting, string decision) =>
        Assert.Equal(decision, OverlapDecisions.Of(policy, isRunning, isOneWaiting).ToString());

    [Fact]
    public void Burst_OfSchedulesThatFireTogether_IsFound_AndOfSpreadOnesNot()
    {
        var limit = RateLimit.TryParse("10/m burst 2")!;
        var together = Enumerable.Range(0, 10).Select(at => Hourly($"s{at}", TimeSpan.Zero)).ToList();
        var spread = Enumerable.Range(0, 10).Select(at => Hourly($"s{at}", TimeSpan.FromMinutes(59))).ToList();

        var burst = Bursts.Find("t", limit, 1, together, 100, Start.AddMinutes(30))!;

        Assert.Equal((Start.AddHours(1), TimeSpan.FromSeconds(48)), (burst.At, TimeSpan.FromSeconds(Math.Round(burst.LongestWait.TotalSeconds))));
        Assert.StartsWith("s0, s1, s2", burst.ToString(), StringComparison.Ordinal);
        Assert.Null(Bursts.Find("t", limit, 1, together[..2], 100, Start.AddMinutes(30)));
        Assert.Null(Bursts.Find("t", limit, 1, spread, 100, Start));
    }

    private static Schedule Hourly(string name, TimeSpan jitter) =>
        new(name, new ScheduleOptions { Cron = "0 * * * *", Jitter = jitter, Task = "t" }, ScheduleSource.Code);

    private static Schedule Minutely(Action<ScheduleOptions> set)
    {
        var options = new ScheduleOptions { Cron = "* * * * *", Task = "t" };
        set(options);
        return new Schedule("x", options, ScheduleSource.Code);
    }

    // Minutes after the start; the cursor is at the start.
    private static void Check(Schedule schedule, double now, string due, string? passed, double next)
    {
        var plan = DuePlan.Of(schedule, Start, Start.AddMinutes(now));

        Assert.Equal(due, string.Join(',', plan.Due.Select(at => (at - Start).TotalMinutes)));
        Assert.Equal(passed, plan.Passed is not { } missed ? null : missed.Count == 1 ? $"{(missed.DueAt - Start).TotalMinutes}" : $"{(missed.FirstDueAt!.Value - Start).TotalMinutes}-{(missed.DueAt - Start).TotalMinutes}");
        Assert.Equal(Start.AddMinutes(next), plan.NextAt);
        Assert.True(plan.Passed is null || plan.Passed.Count == (int)Math.Round((plan.Passed.DueAt - (plan.Passed.FirstDueAt ?? plan.Passed.DueAt)).TotalMinutes) + 1);
    }
}
