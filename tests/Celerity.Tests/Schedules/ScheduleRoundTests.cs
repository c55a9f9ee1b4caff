using Celerity.Revocation;
using Celerity.Runs;
using Celerity.Schedules;
using Celerity.Storage;
using Celerity.TestKit.Faults;
using Celerity.Tests.Tasks;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Celerity.Tests.Schedules;

/// <summary>What rounds do: firing, policies, staying within the minute, costs.</summary>
public sealed class ScheduleRoundTests
{
    private const string Name = ScheduleSimulation.Name;

    private static readonly TimeSpan Hang = TimeSpan.FromSeconds(30);

    private readonly ScheduleSimulation _schedules = new();

    [Fact]
    public async Task Round_DueTimes_AreSentOnceEach_WithTheirDueTimeAndTag()
    {
        _schedules.Define(Name, schedule => schedule.Cron = "*/5 * * * *");
        var worker = _schedules.Worker();
        for (var minute = 0; minute < 16; minute++)
        {
            await ScheduleSimulation.RoundAsync(worker);
            await _schedules.RunTasksAsync(worker);
            _schedules.Tasks.Time.Advance(TimeSpan.FromMinutes(1));
        }

        Assert.Equal(["00:05 Fired", "00:10 Fired", "00:15 Fired"], await _schedules.HistoryAsync());
        var sent = await _schedules.SentAsync();
        Assert.Equal((3, 3), (sent.Count, _schedules.Tasks.Script.Runs.Count));
        var message = System.Text.Encoding.UTF8.GetString(sent[0].FindBytes("message")!);
        Assert.Contains("\"schedule:nightly\"", message, StringComparison.Ordinal);
        Assert.Contains("\"schedule-due\":\"2026-01-01T00:05:00.0000000Z\"", message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Round_WithoutSchedules_CostsNothingButTheBoard()
    {
        var plan = new FaultPlan();

        await ScheduleSimulation.RoundAsync(_schedules.Worker(plan));

        Assert.Equal(["table.Query CelerityControl"], plan.Calls.Select(call => call.Name));
    }

    [Fact]
    public async Task Round_Costs_OneQuery_AndSixRequestsAFiring()
    {
        _schedules.Define(Name, schedule => schedule.Cron = "*/5 * * * *");
        var plan = new FaultPlan();
        var worker = _schedules.Worker(plan);
        await ScheduleSimulation.RoundAsync(worker);
        await _schedules.RoundAfterAsync(worker, 4);
        var before = plan.Calls.Count;

        await _schedules.RoundAfterAsync(worker, 0.5);
        Assert.Equal(1, plan.Calls.Count - before);
        await _schedules.RoundAfterAsync(worker, 0.5);

        Assert.Equal(
            [
                "table.Query CelerityControl", "table.Query CelerityControl", "table.TryReplace CelerityControl", "table.TryInsert CelerityTasks",
                "queue.Send celerity-default", "table.TryReplace CelerityTasks", "table.TryInsert CeleritySchedules", "table.TryReplace CelerityControl",
            ],
            plan.Calls.Skip(before).Select(call => call.Name));
    }

    [Fact]
    public async Task Round_SecondsWithinTheMinute_StaysForThem()
    {
        _schedules.Define(Name, schedule => (schedule.Cron, schedule.Overlap) = ("15,45 * * * * *", OverlapPolicy.Allow));
        var worker = _schedules.Worker();

        var waits = _schedules.Tasks.Time.WhenTimerOf(TimeSpan.FromSeconds(15));
        var round = ScheduleSimulation.RoundAsync(worker);
        await waits.WaitAsync(Hang);
        Assert.Empty(await _schedules.RecordsAsync());
        waits = _schedules.Tasks.Time.WhenTimerOf(TimeSpan.FromSeconds(30));
        _schedules.Tasks.Time.Advance(TimeSpan.FromSeconds(15));
        await waits.WaitAsync(Hang);
        _schedules.Tasks.Time.Advance(TimeSpan.FromSeconds(30));
        await round.WaitAsync(Hang);

        Assert.Equal([15, 45], (await _schedules.RecordsAsync()).Select(record => record.At.Second));
    }

    [Fact]
    public async Task Round_PausedWhileItStays_DoesNotFire()
    {
        _schedules.Define(Name, schedule => schedule.Cron = "15 * * * * *");
        var (worker, other) = (_schedules.Worker(), _schedules.Worker());
        var waits = _schedules.Tasks.Time.WhenTimerOf(TimeSpan.FromSeconds(15));
        var round = ScheduleSimulation.RoundAsync(worker);
        await waits.WaitAsync(Hang);

        Assert.True(await other.GetRequiredService<ScheduleControl>().PauseAsync(Name, ScheduleSimulation.Note, ScheduleSimulation.Pipelines(other), CancellationToken.None));
        _schedules.Tasks.Time.Advance(TimeSpan.FromSeconds(15));
        await round.WaitAsync(Hang);

        Assert.Empty(await _schedules.SentAsync());
    }

    [Fact]
    public async Task Jitter_PutsEachFiringOffByItsOwnPart_TheSameEverywhere()
    {
        _schedules.Define(Name, schedule => (schedule.Cron, schedule.Jitter, schedule.Overlap) = ("0 * * * *", TimeSpan.FromMinutes(30), OverlapPolicy.Allow));
        var times = new Schedule(Name, new ScheduleOptions { Cron = "0 * * * *", Jitter = TimeSpan.FromMinutes(30), Task = "x" }, ScheduleSource.Code).Times;
        var worker = _schedules.Worker();
        for (var hour = 1; hour <= 4; hour++)
        {
            var firesAt = times.FiresAt(TaskSimulation.Start.AddHours(hour));
            _schedules.Tasks.Time.SetUtcNow(firesAt.AddMinutes(-2));
            await ScheduleSimulation.RoundAsync(worker);
            Assert.Equal(hour - 1, (await _schedules.RecordsAsync()).Count);
            _schedules.Tasks.Time.SetUtcNow(firesAt);
            await ScheduleSimulation.RoundAsync(worker);
        }

        var records = await _schedules.RecordsAsync();
        Assert.All(records, record => Assert.Equal(times.FiresAt(record.Firing.DueAt), record.At));
        Assert.True(records.Select(record => record.At.Minute).Distinct().Count() > 1);
    }

    [Theory]
    [InlineData(OverlapPolicy.Skip, "00:05 Fired,00:10 Overlapped,00:15 Overlapped,00:20 Fired")]
    [InlineData(OverlapPolicy.Queue, "00:05 Fired,00:10 Fired,00:15 Overlapped,00:20 Fired")]
    [InlineData(OverlapPolicy.Replace, "00:05 Fired,00:10 Fired,00:15 Fired,00:20 Fired")]
    [InlineData(OverlapPolicy.Allow, "00:05 Fired,00:10 Fired,00:15 Fired,00:20 Fired")]
    public async Task Overlap_TaskThatDoesNotEndFor12Minutes_IsAsThePolicySays(OverlapPolicy policy, string expected)
    {
        _schedules.Define(Name, schedule => (schedule.Cron, schedule.Overlap) = ("*/5 * * * *", policy));
        var worker = _schedules.Worker();
        for (var minute = 0; minute <= 20; minute++)
        {
            if (minute is 17 or 18 or 19)
            {
                await _schedules.RunTasksAsync(worker);
            }

            await ScheduleSimulation.RoundAsync(worker);
            _schedules.Tasks.Time.Advance(TimeSpan.FromMinutes(1));
        }

        Assert.Equal(expected.Split(','), await _schedules.HistoryAsync());
        var revoked = await worker.GetRequiredService<RevocationStore>().ListAsync(null, CancellationToken.None).ToListAsync();
        var ids = (await _schedules.SentAsync()).Select(row => row.FindString("id")!).ToList();
        Assert.Equal(policy == OverlapPolicy.Replace ? [.. ids.Take(2)] : [], revoked.Select(rule => rule.Value));
        if (policy == OverlapPolicy.Queue)
        {
            Assert.True((await _schedules.RecordsAsync())[1].At >= TaskSimulation.Start.AddMinutes(17), "It waits for the running one.");
        }
    }

    [Theory]
    [InlineData("test.echo")]
    [InlineData("test.result")]
    [InlineData("test.none")]
    public async Task Overlap_TaskOfAnyTracking_IsSeenToEnd(string task)
    {
        _schedules.Define(Name, schedule => (schedule.Cron, schedule.Task) = ("*/5 * * * *", task));
        var worker = _schedules.Worker();
        await _schedules.RoundAfterAsync(worker, 5);
        await _schedules.RoundAfterAsync(worker, 5);
        await _schedules.RunTasksAsync(worker);
        await _schedules.RoundAfterAsync(worker, 5);

        Assert.Equal(["00:05 Fired", "00:10 Overlapped", "00:15 Fired"], await _schedules.HistoryAsync());
    }

    [Fact]
    public async Task Pipeline_IsStartedOnce_AndSeenToEnd()
    {
        _schedules.Define(Name, schedule =>
        {
            schedule.Task = null;
            (schedule.Cron, schedule.Pipeline, schedule.Payload) = ("*/5 * * * *", "report", """{"year":2026}""");
        });
        var worker = _schedules.Worker();
        await _schedules.RoundAfterAsync(worker, 5);
        var runs = worker.GetRequiredService<RunStore>();
        var listed = Assert.Single((await runs.ListAsync(new RunFilter(), null, 10, CancellationToken.None)).Runs);
        var run = (await runs.FindAsync(listed.Id, CancellationToken.None))!;
        Assert.Equal(("report", """{"year":2026}"""), (run.Pipeline, run.Request));

        await _schedules.RoundAfterAsync(worker, 5);
        await runs.ChangeAsync(run.Id, stored => stored with { State = RunState.Failed }, CancellationToken.None);
        await _schedules.RoundAfterAsync(worker, 5);

        Assert.Equal(["00:05 Fired", "00:10 Overlapped", "00:15 Fired"], await _schedules.HistoryAsync());
    }

    [Fact]
    public async Task Target_ThatFailsForGood_IsRecorded_AndTheNextDueTimeFires()
    {
        _schedules.Define(Name, schedule => schedule.Cron = "*/5 * * * *");
        var worker = _schedules.Worker();
        await ScheduleSimulation.RoundAsync(worker);
        _schedules.Define(Name, schedule => (schedule.Cron, schedule.Task) = ("*/5 * * * *", "test.gone"));
        var without = _schedules.Tasks.Worker(configure: services => services.AddCeleritySchedule(
            Name, new ScheduleOptions { Cron = "*/5 * * * *", Task = "test.gone" }, ScheduleSource.Code));

        await _schedules.RoundAfterAsync(without, 5);
        await _schedules.RoundAfterAsync(worker, 5);

        var records = await _schedules.RecordsAsync();
        Assert.Equal(2, records.Count);
        Assert.StartsWith("CEL0201", records[0].Error, StringComparison.Ordinal);
        Assert.Null(records[1].Error);
        Assert.Single(await _schedules.SentAsync());
    }

    [Theory]
    [InlineData(MissedPolicy.Skip, "00:15 Missed 3,00:20 Fired")]
    [InlineData(MissedPolicy.RunOnce, "00:10 Missed 2,00:15 Fired,00:20 Fired")]
    [InlineData(MissedPolicy.RunAll, "00:05 Missed,00:10 Fired,00:15 Fired,00:20 Fired")]
    public async Task Missed_AfterAnOutage_IsAsThePolicySays(MissedPolicy policy, string expected)
    {
        _schedules.Define(Name, schedule => (schedule.Cron, schedule.Overlap, schedule.Missed, schedule.MaxMissed) = ("*/5 * * * *", OverlapPolicy.Allow, policy, 2));
        await ScheduleSimulation.RoundAsync(_schedules.Worker());
        _schedules.Tasks.Time.Advance(TimeSpan.FromMinutes(21));

        await ScheduleSimulation.RoundAsync(_schedules.Worker());

        Assert.Equal(expected.Split(','), await _schedules.HistoryAsync());
    }

    [Fact]
    public async Task Schedule_OfCodeThatIsGone_IsForgottenWithItsRecords()
    {
        _schedules.Define(Name, schedule => schedule.Cron = "*/5 * * * *");
        _schedules.Define("other", schedule => schedule.Cron = "0 0 1 1 *");
        await ScheduleSimulation.RoundAsync(_schedules.Worker());
        await _schedules.RoundAfterAsync(_schedules.Worker(), 5);
        _schedules.Code.Remove(Name);
        var worker = _schedules.Worker();

        await _schedules.RoundAfterAsync(worker, TimeSpan.FromDays(39));
        Assert.NotNull(await _schedules.StateAsync());
        await _schedules.RoundAfterAsync(worker, TimeSpan.FromDays(2));

        Assert.Null(await _schedules.StateAsync());
        Assert.Empty(await _schedules.RecordsAsync());
    }

    [Theory]
    [InlineData("""{"cron":"* * * * *","timeZone":"Mars/Base","task":"test.echo"}""")]
    [InlineData("""{"cron":"* * * * *","overlap":"someday","task":"test.echo"}""")]
    public async Task Schedule_WhoseRowCannotBeRead_KeepsNoOtherFromFiring(string definition)
    {
        _schedules.Define(Name, schedule => schedule.Cron = "*/5 * * * *");
        var worker = _schedules.Worker();
        await worker.GetRequiredService<ScheduleStore>().TryWriteAsync(
            new ScheduleState("elsewhere") { Cursor = TaskSimulation.Start, Definition = definition }, CancellationToken.None);

        await _schedules.RoundAfterAsync(worker, 5);

        Assert.Single(await _schedules.SentAsync());
        var (shown, warnings) = await worker.GetRequiredService<ScheduleViews>().ListAsync(CancellationToken.None);
        Assert.Equal((Name, true), (Assert.Single(shown).Name, Assert.Single(warnings).StartsWith("The schedule 'elsewhere' does not fire: CEL0290: ", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Records_GoAfterThirtyDays_InBoundedRequests()
    {
        _schedules.Define(Name, schedule => (schedule.Cron, schedule.Overlap) = ("* * * * *", OverlapPolicy.Allow));
        var worker = _schedules.Worker();
        var records = worker.GetRequiredService<FiringRecords>();
        for (var minute = 0; minute < 2500; minute++)
        {
            await records.AddAsync(Name, new FiringRecord(new Firing(TaskSimulation.Start.AddMinutes(minute), FiringKind.Overlapped), TaskSimulation.Start), CancellationToken.None);
        }

        _schedules.Define(Name, schedule => schedule.Cron = "0 0 1 1 *");
        var plan = new FaultPlan();
        worker = _schedules.Worker(plan);
        _schedules.Tasks.Time.Advance(TimeSpan.FromDays(31) + TimeSpan.FromHours(12));
        foreach (var left in (int[])[1500, 500, 340, 340])
        {
            var before = plan.Calls.Count;
            await _schedules.RoundAfterAsync(worker, 1);
            Assert.InRange(plan.Calls.Count - before, 1, 16);
            Assert.InRange(_schedules.Tasks.Storage.Tables.Count(StorageNames.SchedulesTable), left - 10, left + 3);
        }
    }
}
