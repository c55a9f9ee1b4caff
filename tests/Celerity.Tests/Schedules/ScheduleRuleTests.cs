using Celerity.Controls;
using Celerity.Schedules;
using Celerity.Storage;
using Celerity.TestKit.Faults;
using Celerity.Tests.Tasks;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Celerity.Tests.Schedules;

/// <summary>What makes two rounds, changes in the middle of one, clocks and long silences harmless: rules of <c>docs/schedules.md</c>.</summary>
public sealed class ScheduleRuleTests
{
    public const string EditedPayload = """{"text":"new"}""";

    private const string Name = ScheduleSimulation.Name;

    private static readonly TimeSpan Hang = TimeSpan.FromSeconds(30);

    private readonly ScheduleSimulation _schedules = new();

    // Whoever of the two decides, the other goes on from that decision.
    [Fact]
    public async Task TwoRoundsAtOnce_InEveryOrderOfTheirCalls_FireOnceForEachDueTime()
    {
        var counted = new FaultPlan();
        await RunAsync(counted, stopAt: 0);
        for (var stop = 1; stop <= counted.Calls.Count; stop++)
        {
            await RunAsync(new FaultPlan(), stop);
        }

        // One round stops before its call number so-and-so; the other runs to its end; then the first goes on.
        static async Task RunAsync(FaultPlan plan, int stopAt)
        {
            var schedules = new ScheduleSimulation();
            schedules.Define(Name, schedule => (schedule.Cron, schedule.Overlap) = ("*/5 * * * *", OverlapPolicy.Skip));
            var other = schedules.Worker();
            await ScheduleSimulation.RoundAsync(other);
            schedules.Tasks.Time.Advance(TimeSpan.FromMinutes(5.5));
            var worker = schedules.Worker(plan, services => Stops.Add(services, stopAt, () => ScheduleSimulation.RoundAsync(other)));
            await ScheduleSimulation.RoundAsync(worker);
            await schedules.RunTasksAsync(worker);
            await schedules.RoundAfterAsync(worker, 5);

            Assert.Equal(["00:05 Fired", "00:10 Fired"], await schedules.HistoryAsync());
            Assert.Equal(2, (await schedules.SentAsync()).Count);
            Assert.Single(schedules.Tasks.Script.Runs);
        }
    }

    // S1, S2, S6: a pause that has returned is no longer raced by a round that had read the row before.
    [Fact]
    public async Task PauseDuringARound_AtEveryCall_NothingIsDecidedAfterIt()
    {
        var counted = new FaultPlan();
        await RunAsync(counted, stopAt: 0);
        for (var stop = 1; stop <= counted.Calls.Count; stop++)
        {
            await RunAsync(new FaultPlan(), stop);
        }

        static async Task RunAsync(FaultPlan plan, int stopAt)
        {
            var schedules = new ScheduleSimulation();
            schedules.Define(Name, schedule => (schedule.Cron, schedule.Overlap) = ("*/5 * * * *", OverlapPolicy.Allow));
            var other = schedules.Worker();
            await ScheduleSimulation.RoundAsync(other);
            schedules.Tasks.Time.Advance(TimeSpan.FromMinutes(5.5));
            var sentBefore = -1;
            var worker = schedules.Worker(plan, services => Stops.Add(services, stopAt, async () =>
            {
                await other.GetRequiredService<ScheduleControl>().PauseAsync(Name, ScheduleSimulation.Note, ScheduleSimulation.Pipelines(other), CancellationToken.None);
                sentBefore = (await schedules.SentAsync()).Count;
            }));
            await ScheduleSimulation.RoundAsync(worker);

            var sent = (await schedules.SentAsync()).Count;
            Assert.True(sent == (stopAt == 0 ? 1 : sentBefore), $"paused at call {stopAt}: {sentBefore} were sent before, {sent} after");
        }
    }

    // S3: ids are made of the due time, whatever the cursor says.
    [Fact]
    public async Task ClockSetBack_FiresNothingTwice_AndGoesOnWhereItWas()
    {
        _schedules.Define(Name, schedule => (schedule.Cron, schedule.Overlap) = ("*/5 * * * *", OverlapPolicy.Allow));
        var worker = _schedules.Worker();
        await _schedules.RoundAfterAsync(worker, 5);
        await _schedules.RoundAfterAsync(worker, 5);
        var state = (await _schedules.StateAsync())!;

        // Resumed with a clock that was set back, the cursor is set back too.
        var store = worker.GetRequiredService<ScheduleStore>();
        await store.TryWriteAsync(state with { Cursor = TaskSimulation.Start }, CancellationToken.None);
        await ScheduleSimulation.RoundAsync(worker);
        await _schedules.RunTasksAsync(worker);

        Assert.Equal((2, 2, 2), ((await _schedules.SentAsync()).Count, _schedules.Tasks.Script.Runs.Count, (await _schedules.RecordsAsync()).Count));
    }

    [Fact]
    public async Task ClockThatJumpsAhead_IsAsIfTheAppHadBeenDown()
    {
        _schedules.Define(Name, schedule => (schedule.Cron, schedule.Overlap) = ("*/5 * * * *", OverlapPolicy.Allow));
        var worker = _schedules.Worker();
        await _schedules.RoundAfterAsync(worker, 5);

        await _schedules.RoundAfterAsync(worker, 60);

        Assert.Equal(["00:05 Fired", "00:55 Missed 10", "01:00 Fired", "01:05 Fired"], await _schedules.HistoryAsync());
    }

    // S5: an effect that is known to be made is written down, so that it is not made again when the task is forgotten.
    [Fact]
    public async Task NewProcess_LongAfterTheTaskHasExpired_DoesNotFireItAgain()
    {
        _schedules.Define(Name, schedule => schedule.Cron = "0 0 1 2 *");
        await ScheduleSimulation.RoundAsync(_schedules.Worker());
        _schedules.Tasks.Time.SetUtcNow(new DateTimeOffset(2026, 2, 1, 0, 0, 0, TimeSpan.Zero));
        var worker = _schedules.Worker();
        await ScheduleSimulation.RoundAsync(worker);
        await _schedules.RunTasksAsync(worker);
        ITableStore tables = _schedules.Tasks.Storage.Tables;
        foreach (var table in (string[])[StorageNames.TasksTable, StorageNames.SchedulesTable])
        {
            await tables.DeleteAsync(table, new TableQuery(null), CancellationToken.None);
        }

        _schedules.Tasks.Time.Advance(TimeSpan.FromDays(100));
        await ScheduleSimulation.RoundAsync(_schedules.Worker());

        Assert.Empty(await _schedules.SentAsync());
    }

    // S2: what was decided is done, whatever the schedule says by now.
    [Fact]
    public async Task EditAfterADecision_WhoseSenderDied_SendsWhatWasDecided()
    {
        var worker = _schedules.Worker();
        await PutAsync(worker, "*/5 * * * *");
        await DieBeforeTheSendAsync();

        await PutAsync(worker, "0 * * * *", EditedPayload);
        await _schedules.RunTasksAsync(worker);

        Assert.Equal("hi", _schedules.Tasks.Script.LastText);
        Assert.Equal(["00:05 Fired"], await _schedules.HistoryAsync());
    }

    // S7: what a decision sends is stored with it.
    [Fact]
    public async Task CodeEditAfterADecision_WhoseSenderDied_SendsWhatWasDecided()
    {
        _schedules.Define(Name, schedule => schedule.Cron = "*/5 * * * *");
        await ScheduleSimulation.RoundAsync(_schedules.Worker());
        await DieBeforeTheSendAsync();

        _schedules.Define(Name, schedule => (schedule.Cron, schedule.Payload) = ("*/5 * * * *", EditedPayload));
        var edited = _schedules.Worker();
        await ScheduleSimulation.RoundAsync(edited);
        await _schedules.RunTasksAsync(edited);

        Assert.Equal("hi", _schedules.Tasks.Script.LastText);
    }

    // S6: the row holds one decision; another must not push it out.
    [Fact]
    public async Task RunAfterADecision_WhoseSenderDied_FiresBoth()
    {
        var worker = _schedules.Worker();
        await PutAsync(worker, "*/5 * * * *");
        await DieBeforeTheSendAsync();

        await worker.GetRequiredService<ScheduleControl>().RunAsync(Name, ScheduleSimulation.Note, ScheduleSimulation.Pipelines(worker), CancellationToken.None);

        Assert.Equal(2, (await _schedules.SentAsync()).Count);
        Assert.Equal([false, true], (await _schedules.RecordsAsync()).Select(record => record.Firing.IsManual).Order());
    }

    // S6: who asks again is told that it is paused already; then nothing may follow either.
    [Fact]
    public async Task PauseAskedAgain_AfterADecisionWhoseSenderDied_NothingIsSentAfterItsAnswer()
    {
        var worker = _schedules.Worker();
        await PutAsync(worker, "*/5 * * * *");
        await DieBeforeTheSendAsync();
        var store = worker.GetRequiredService<ScheduleStore>();
        await store.TryWriteAsync((await _schedules.StateAsync())! with { Pause = new PauseNote(true, _schedules.Now, "ann", "a test") }, CancellationToken.None);

        Assert.False(await worker.GetRequiredService<ScheduleControl>().PauseAsync(Name, ScheduleSimulation.Note, ScheduleSimulation.Pipelines(worker), CancellationToken.None));
        var sent = (await _schedules.SentAsync()).Count;
        await ScheduleSimulation.RoundAsync(worker);

        Assert.Equal((1, 1), (sent, (await _schedules.SentAsync()).Count));
    }

    // S18: its record comes when the schedule's own row might be gone.
    [Fact]
    public async Task DeletedBeforeARoundHasToldOfItsFiring_LeavesNothing()
    {
        var counted = new FaultPlan();
        await RunAsync(counted, stopAt: 0);
        for (var stop = 1; stop <= counted.Calls.Count; stop++)
        {
            await RunAsync(new FaultPlan(), stop);
        }

        static async Task RunAsync(FaultPlan plan, int stopAt)
        {
            var schedules = new ScheduleSimulation();
            var other = schedules.Worker();
            await PutAsync(other, "*/5 * * * *");
            schedules.Tasks.Time.Advance(TimeSpan.FromMinutes(5));
            await ScheduleSimulation.RoundAsync(schedules.Worker(plan, services => Stops.Add(services, stopAt, async () =>
            {
                await other.GetRequiredService<ScheduleControl>().DeleteAsync(Name, ScheduleSimulation.Note, ScheduleSimulation.Pipelines(other), CancellationToken.None);
                await ScheduleSimulation.RoundAsync(other);
            })));
            await schedules.RoundAfterAsync(schedules.Worker(), 61);

            Assert.Equal(stopAt == 0, await schedules.StateAsync() is not null);
            Assert.True(stopAt == 0 || (await schedules.RecordsAsync()).Count == 0, $"deleted at call {stopAt}");
        }
    }

    // S19: a wait that was some seconds may be hours by the clock as it is now, in which no other round begins.
    [Fact]
    public async Task ClockSetBackWhileARoundStays_ItLeaves()
    {
        _schedules.Define(Name, schedule => schedule.Cron = "15,45 * * * * *");
        var worker = _schedules.Worker();
        var waits = _schedules.Tasks.Time.WhenTimerOf(TimeSpan.FromSeconds(15));
        var round = ScheduleSimulation.RoundAsync(worker);
        await waits.WaitAsync(Hang);
        _schedules.Tasks.Time.AdjustTime(_schedules.Now.AddHours(-1));
        _schedules.Tasks.Time.Advance(TimeSpan.FromSeconds(15));

        await round.WaitAsync(Hang);
    }

    private async Task DieBeforeTheSendAsync()
    {
        _schedules.Tasks.Time.Advance(TimeSpan.FromMinutes(5));
        var dying = new FaultPlan(new SeamCall(0, $"table.TryInsert {StorageNames.TasksTable}", 1), FaultKind.KillBefore);
        await ScheduleSimulation.RoundAsync(_schedules.Worker(dying));
        Assert.NotNull((await _schedules.StateAsync())!.Open);
    }

    private static async Task<bool> PutAsync(IServiceProvider worker, string cron, string payload = """{"text":"hi"}""") => await worker.GetRequiredService<ScheduleControl>().PutAsync(
        Name, new ScheduleOptions { Cron = cron, Task = "test.echo", Payload = payload }, ScheduleSimulation.Note, ScheduleSimulation.Pipelines(worker), CancellationToken.None);
}
