using Celerity.Schedules;
using Celerity.Storage;
using Celerity.TestKit.Faults;
using Celerity.Tests.Tasks;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Celerity.Tests.Schedules;

/// <summary>
/// A kill, a lost request and a lost reply at every call to storage of rounds and of changes by operators: one task or run for each due time
/// that is to fire, whatever breaks, and none for the others.
/// </summary>
public sealed class ScheduleCrashTests
{
    private const string Name = ScheduleSimulation.Name;

    private static readonly Dictionary<string, (Action<ScheduleOptions> Set, string[] History)> Scenarios = new()
    {
        ["task"] = (schedule => schedule.Overlap = OverlapPolicy.Allow, ["00:02 Fired", "00:04 Fired", "00:06 Fired"]),
        ["pipeline"] = (
            schedule =>
            {
                schedule.Task = null;
                (schedule.Pipeline, schedule.Overlap) = ("report", OverlapPolicy.Allow);
            },
            ["00:02 Fired", "00:04 Fired", "00:06 Fired"]),
        ["skip"] = (_ => { }, ["00:02 Fired", "00:04 Overlapped", "00:06 Overlapped"]),
        ["queue"] = (schedule => schedule.Overlap = OverlapPolicy.Queue, ["00:02 Fired", "00:04 Fired", "00:06 Overlapped"]),
        ["replace"] = (schedule => schedule.Overlap = OverlapPolicy.Replace, ["00:02 Fired", "00:04 Fired", "00:06 Fired"]),
        ["large"] = (schedule => (schedule.Overlap, schedule.Payload) = (OverlapPolicy.Allow, $$"""{"text":"{{new string('x', 29_000)}}"}"""), ["00:02 Fired", "00:04 Fired", "00:06 Fired"]),
    };

    [Theory]
    [InlineData("task")]
    [InlineData("pipeline")]
    [InlineData("skip")]
    [InlineData("queue")]
    [InlineData("replace")]
    [InlineData("large")]
    public async Task Round_AnyFaultAtAnyCall_FiresOnceForEachDueTime(string scenario)
    {
        var record = new FaultPlan();
        await RunAsync(record, scenario);
        foreach (var plan in FaultPlan.ForEach(record.Calls))
        {
            await RunAsync(plan, scenario);
            Assert.True(plan.HasFired, plan.ToString());
        }
    }

    [Fact]
    public async Task Missed_AnyFaultAtAnyCall_AreCountedOnce_AndTheLatestFires()
    {
        var record = new FaultPlan();
        await RunAsync(record);
        foreach (var plan in FaultPlan.ForEach(record.Calls))
        {
            await RunAsync(plan);
        }

        static async Task RunAsync(FaultPlan plan)
        {
            var schedules = new ScheduleSimulation();
            schedules.Define(Name, schedule => schedule.Cron = "*/5 * * * *");
            await ScheduleSimulation.RoundAsync(schedules.Worker());
            schedules.Tasks.Time.Advance(TimeSpan.FromMinutes(33));
            await TwiceAsync(schedules, plan, ScheduleSimulation.RoundAsync);

            Assert.Equal(["00:25 Missed 5", "00:30 Fired"], await schedules.HistoryAsync());
            Assert.Single(await schedules.SentAsync());
        }
    }

    // Who asks gets an error and asks again, or not: what was accepted is one firing, and the due times are not touched.
    [Fact]
    public async Task Run_AnyFaultAtAnyCall_IsOneFiringForEachRecordInTheAudit()
    {
        var record = new FaultPlan();
        await RunAsync(record);
        foreach (var plan in FaultPlan.ForEach(record.Calls))
        {
            await RunAsync(plan);
        }

        static async Task RunAsync(FaultPlan plan)
        {
            var schedules = new ScheduleSimulation();
            schedules.Define(Name, schedule => (schedule.Cron, schedule.Overlap) = ("*/5 * * * *", OverlapPolicy.Allow));
            await ScheduleSimulation.RoundAsync(schedules.Worker());
            await TryAsync(async () =>
            {
                var worker = schedules.Worker(plan);
                await worker.GetRequiredService<ScheduleControl>().RunAsync(Name, ScheduleSimulation.Note, ScheduleSimulation.Pipelines(worker), CancellationToken.None);
            });
            schedules.Tasks.Time.Advance(TimeSpan.FromMinutes(5));
            var next = schedules.Worker();
            await ScheduleSimulation.RoundAsync(next);
            await schedules.RunTasksAsync(next);

            var asked = (await next.GetRequiredService<IAppControl>().ListAuditAsync()).Records.Count(entry => entry.What == "schedule.run");
            var sent = await schedules.SentAsync();
            Assert.True(sent.Count == asked + 1, $"{plan}: {sent.Count} were sent, {asked} asked for");
            Assert.Equal(asked, (await schedules.RecordsAsync()).Count(firing => firing.Firing.IsManual));
            Assert.True(asked == 1 || plan.HasFired, plan.ToString());
        }
    }

    [Fact]
    public async Task Edit_AnyFaultAtAnyCall_IsWholeWithItsRecord_OrNotAtAll()
    {
        var record = new FaultPlan();
        await RunAsync(record);
        foreach (var plan in FaultPlan.ForEach(record.Calls))
        {
            await RunAsync(plan);
        }

        static async Task RunAsync(FaultPlan plan)
        {
            var schedules = new ScheduleSimulation();
            await PutAsync(schedules.Worker(), "0 * * * *");
            await TryAsync(() => PutAsync(schedules.Worker(plan), "*/5 * * * *"));
            schedules.Tasks.Time.Advance(TimeSpan.FromMinutes(5));
            var next = schedules.Worker();
            await ScheduleSimulation.RoundAsync(next);

            var edits = (await next.GetRequiredService<IAppControl>().ListAuditAsync()).Records.Count(entry => entry.What == "schedule.put") - 1;
            Assert.True((await schedules.SentAsync()).Count == edits, $"{plan}: {edits} edits");
        }
    }

    [Fact]
    public async Task Deleted_AnyFaultAtAnyCall_IsGoneWithItsRecords()
    {
        var record = new FaultPlan();
        await RunAsync(record);
        foreach (var plan in FaultPlan.ForEach(record.Calls))
        {
            await RunAsync(plan);
        }

        static async Task RunAsync(FaultPlan plan)
        {
            var schedules = new ScheduleSimulation();
            await PutAsync(schedules.Worker(), "*/5 * * * *");
            await schedules.RoundAfterAsync(schedules.Worker(), 5);
            await TryAsync(async () =>
            {
                var worker = schedules.Worker(plan);
                await worker.GetRequiredService<ScheduleControl>().DeleteAsync(Name, ScheduleSimulation.Note, ScheduleSimulation.Pipelines(worker), CancellationToken.None);
                await schedules.RoundAfterAsync(worker, 61);
            });
            var next = schedules.Worker();
            var isDeleted = (await next.GetRequiredService<IAppControl>().ListAuditAsync()).Records.Any(entry => entry.What == "schedule.delete");
            await schedules.RoundAfterAsync(next, 61);

            Assert.True(isDeleted || plan.HasFired, plan.ToString());
            Assert.True(await schedules.StateAsync() is null == isDeleted, plan.ToString());
            Assert.True((await schedules.RecordsAsync()).Count > 0 == !isDeleted, plan.ToString());
        }
    }

    private static async Task RunAsync(FaultPlan plan, string scenario)
    {
        var (set, expected) = Scenarios[scenario];
        var schedules = new ScheduleSimulation();
        schedules.Define(Name, schedule =>
        {
            schedule.Cron = "2,4,6 * * * *";
            set(schedule);
        });
        var worker = schedules.Worker(plan);
        for (var minute = 0; minute <= 10; minute++)
        {
            // Within the grace: a round that has failed comes again a minute later.
            await TryAsync(() => ScheduleSimulation.RoundAsync(worker));
            worker = plan.IsDead ? schedules.Worker() : worker;
            schedules.Tasks.Time.Advance(TimeSpan.FromMinutes(1));
            if (minute == 7 && scenario == "queue")
            {
                await schedules.RunTasksAsync(schedules.Worker());
            }
        }

        Assert.True(expected.SequenceEqual(await schedules.HistoryAsync()), $"{plan}: {string.Join(", ", await schedules.HistoryAsync())}");
        var fired = (await schedules.RecordsAsync()).Where(record => record.Firing.Kind == FiringKind.Fired).Select(record => record.Firing.Id).ToList();
        if (scenario == "pipeline")
        {
            Assert.True(fired.Count == schedules.Tasks.Storage.Tables.Count(StorageNames.RunsTable), $"{plan}: runs");
            return;
        }

        var last = schedules.Worker();
        await TaskSimulation.MaintainAsync(last);
        await schedules.RunTasksAsync(last);
        var sent = (await schedules.SentAsync()).Select(row => row.FindString("id")).ToList();
        Assert.True(fired.Order(StringComparer.Ordinal).SequenceEqual(sent), $"{plan}: {fired.Count} fired, {sent.Count} sent");
        foreach (var id in sent)
        {
            var state = (await schedules.Tasks.FindAsync(id!))?.State;
            var mayBeRevoked = scenario == "replace" && id != sent[^1];
            Assert.True(mayBeRevoked ? state == TaskState.Revoked : state == TaskState.Succeeded, $"{plan}: {id} is {state}");
        }

        Assert.True(schedules.Tasks.Script.Runs.DistinctBy(run => run.Id).Count() == schedules.Tasks.Script.Runs.Count, $"{plan}: one ran twice");
    }

    private static async Task TwiceAsync(ScheduleSimulation schedules, FaultPlan plan, Func<IServiceProvider, Task> act)
    {
        await TryAsync(() => act(schedules.Worker(plan)));
        await act(schedules.Worker());
    }

    private static async Task PutAsync(IServiceProvider worker, string cron) => await worker.GetRequiredService<ScheduleControl>().PutAsync(
        Name,
        new ScheduleOptions { Cron = cron, Task = "test.echo", Payload = """{"text":"hi"}""", Overlap = OverlapPolicy.Allow },
        ScheduleSimulation.Note,
        ScheduleSimulation.Pipelines(worker),
        CancellationToken.None);

    private static async Task TryAsync(Func<Task> act)
    {
        try
        {
            await act();
        }
        catch (Exception exception) when (exception is ProcessKilledException or InjectedFaultException)
        {
            // Whoever comes next goes on.
        }
    }
}
