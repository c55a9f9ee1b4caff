using Celerity.Schedules;
using Celerity.Storage;
using Celerity.TestKit.Faults;
using Celerity.Tests.Tasks;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Celerity.Tests.Schedules;

/// <summary>Changes while the app runs, and what makes two rounds, edits and clocks harmless.</summary>
public sealed class ScheduleControlTests
{
    private const string Name = ScheduleSimulation.Name;

    private readonly ScheduleSimulation _schedules = new();

    [Fact]
    public async Task Put_MakesASchedule_ThatFires_AndIsAudited()
    {
        var (worker, other) = (_schedules.Worker(), _schedules.Worker());
        Assert.True(await PutAsync(worker, "*/5 * * * *"));
        _schedules.Tasks.Time.Advance(TimeSpan.FromMinutes(5));

        await ScheduleSimulation.RoundAsync(other);

        Assert.Single(await _schedules.SentAsync());
        var record = Assert.Single((await worker.GetRequiredService<IAppControl>().ListAuditAsync()).Records);
        Assert.Equal(("schedule.put", Name, "ann"), (record.What, record.Target, record.Who));
        Assert.Contains("\"cron\":\"*/5 * * * *\"", record.Details, StringComparison.Ordinal);
        Assert.DoesNotContain("hi", record.Details, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Put_OverOne_DoesNotFireForThePast()
    {
        var worker = _schedules.Worker();
        await PutAsync(worker, "0 12 * * *");
        await _schedules.RoundAfterAsync(worker, 30);

        Assert.False(await PutAsync(worker, "*/10 * * * *"));
        await ScheduleSimulation.RoundAsync(worker);
        Assert.Empty(await _schedules.SentAsync());
        await _schedules.RoundAfterAsync(worker, 10);

        Assert.Equal(["00:40 Fired"], await _schedules.HistoryAsync());
    }

    [Fact]
    public async Task CodeEdit_DoesNotFireForThePast_AndFiresForWhatCameAfterTheStart()
    {
        _schedules.Define(Name, schedule => schedule.Cron = "0 12 * * *");
        await ScheduleSimulation.RoundAsync(_schedules.Worker());
        _schedules.Tasks.Time.Advance(TimeSpan.FromMinutes(39));
        _schedules.Define(Name, schedule => schedule.Cron = "*/10 * * * *");
        var edited = _schedules.Worker();

        await _schedules.RoundAfterAsync(edited, 1.2);

        Assert.Equal(["00:40 Fired"], await _schedules.HistoryAsync());
    }

    [Fact]
    public async Task Paused_DoesNotFire_AndResumed_DoesNotMakeUpForIt()
    {
        _schedules.Define(Name, schedule => schedule.Cron = "*/5 * * * *");
        var worker = _schedules.Worker();
        var (control, pipelines) = (worker.GetRequiredService<ScheduleControl>(), ScheduleSimulation.Pipelines(worker));
        Assert.True(await control.PauseAsync(Name, ScheduleSimulation.Note, pipelines, CancellationToken.None));
        Assert.False(await control.PauseAsync(Name, ScheduleSimulation.Note, pipelines, CancellationToken.None));
        await _schedules.RoundAfterAsync(worker, 7);
        await _schedules.RoundAfterAsync(worker, 7);
        Assert.Empty(await _schedules.RecordsAsync());

        Assert.True(await control.ResumeAsync(Name, ScheduleSimulation.Note, pipelines, CancellationToken.None));
        await ScheduleSimulation.RoundAsync(worker);
        Assert.Empty(await _schedules.RecordsAsync());
        await _schedules.RoundAfterAsync(worker, 1);

        Assert.Equal(["00:15 Fired"], await _schedules.HistoryAsync());
        var audit = await worker.GetRequiredService<IAppControl>().ListAuditAsync();
        Assert.Equal(["schedule.resume", "schedule.pause"], audit.Records.Select(entry => entry.What));
    }

    [Fact]
    public async Task Deleted_FiresNoMore_AndIsGoneWithItsRecords()
    {
        var worker = _schedules.Worker();
        await PutAsync(worker, "*/5 * * * *");
        await _schedules.RoundAfterAsync(worker, 5);
        var (control, views, pipelines) = (worker.GetRequiredService<ScheduleControl>(), worker.GetRequiredService<ScheduleViews>(), ScheduleSimulation.Pipelines(worker));

        await control.DeleteAsync(Name, ScheduleSimulation.Note, pipelines, CancellationToken.None);

        Assert.Empty((await views.ListAsync(CancellationToken.None)).Schedules);
        await ThrowsAsync("CEL0291", () => views.GetAsync(Name, 1, CancellationToken.None).AsTask());
        await ThrowsAsync("CEL0291", () => control.DeleteAsync(Name, ScheduleSimulation.Note, pipelines, CancellationToken.None).AsTask());
        await ThrowsAsync("CEL0291", () => control.RunAsync(Name, ScheduleSimulation.Note, pipelines, CancellationToken.None).AsTask());
        await _schedules.RoundAfterAsync(worker, 5);
        Assert.Single(await _schedules.SentAsync());
        Assert.Equal((null, 0), (await _schedules.StateAsync(), _schedules.Tasks.Storage.Tables.Count(StorageNames.SchedulesTable)));
    }

    [Fact]
    public async Task DefinedInCode_CannotBeEditedOrDeleted_AndTakesOverWhatWasDefinedOverHttp()
    {
        await PutAsync(_schedules.Worker(), "*/5 * * * *");
        _schedules.Define("Nightly", schedule => schedule.Cron = "*/10 * * * *");
        var worker = _schedules.Worker();
        var message = await ThrowsAsync("CEL0292", () => PutAsync(worker, "* * * * *"));
        Assert.Contains("in code, by AddSchedule(\"Nightly\")", message, StringComparison.Ordinal);
        await ThrowsAsync("CEL0292", () => worker.GetRequiredService<ScheduleControl>().DeleteAsync(Name, ScheduleSimulation.Note, ScheduleSimulation.Pipelines(worker), CancellationToken.None).AsTask());

        await _schedules.RoundAfterAsync(worker, 5);
        await _schedules.RoundAfterAsync(worker, 5);

        Assert.Equal(["00:10 Fired"], await _schedules.HistoryAsync());
    }

    [Theory]
    [InlineData("test.gone", """{"text":"hi"}""", "CEL0293: task is 'test.gone'; it must be a task that this app runs (CEL0201: ")]
    [InlineData("test.echo", """{"text":null}""", "CEL0293: payload is not what its target takes; it must be one that fits (CEL0202: ")]
    public async Task Put_OfATargetThatIsNotThere_ChangesNothing(string task, string payload, string message)
    {
        var worker = _schedules.Worker();

        var exception = await Assert.ThrowsAsync<CelerityException>(() => worker.GetRequiredService<ScheduleControl>()
            .PutAsync(Name, new ScheduleOptions { Cron = "* * * * *", Task = task, Payload = payload }, ScheduleSimulation.Note, ScheduleSimulation.Pipelines(worker), CancellationToken.None).AsTask());

        Assert.StartsWith(message, exception.Message, StringComparison.Ordinal);
        Assert.Equal(0, _schedules.Tasks.Storage.Tables.Count(StorageNames.ControlTable));
    }

    [Fact]
    public void Code_OfATargetThatIsNotThere_StopsTheStart()
    {
        _schedules.Define(Name, schedule => (schedule.Cron, schedule.Task) = ("* * * * *", "test.gone"));

        Assert.StartsWith("CEL0293: AddSchedule(\"nightly\"): Task is 'test.gone'", Assert.Throws<CelerityException>(() => _schedules.Worker()).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Put_OfAThousandAndOne_IsRefused()
    {
        var worker = _schedules.Worker();
        var store = worker.GetRequiredService<ScheduleStore>();
        for (var at = 0; at < ScheduleControl.MaxSchedules; at++)
        {
            await store.TryWriteAsync(new ScheduleState($"s{at}") { Cursor = TaskSimulation.Start, Definition = """{"cron":"0 0 1 1 *","task":"test.echo"}""" }, CancellationToken.None);
        }

        await ThrowsAsync("CEL0294", () => PutAsync(worker, "* * * * *"));
    }

    [Fact]
    public async Task Run_FiresNow_BesideTheDueTimes_AndCountsAsTheRunningOne()
    {
        _schedules.Define(Name, schedule => schedule.Cron = "*/5 * * * *");
        var worker = _schedules.Worker();
        await _schedules.RoundAfterAsync(worker, 2);

        var id = await worker.GetRequiredService<ScheduleControl>().RunAsync(Name, ScheduleSimulation.Note, ScheduleSimulation.Pipelines(worker), CancellationToken.None);
        await _schedules.RoundAfterAsync(worker, 3);
        await _schedules.RunTasksAsync(worker);
        await _schedules.RoundAfterAsync(worker, 5);

        Assert.Equal(["00:02 Fired", "00:05 Overlapped", "00:10 Fired"], await _schedules.HistoryAsync());
        Assert.Equal(id, (await _schedules.RecordsAsync())[0].Firing.Id);
    }

    // S1: without one write by ETag that decides, both would.
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

    // S2: a pause that has returned is no longer raced by a round that had read the row before.
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

    // S4: an effect that is known to be made is written down, so that it is not made again when the task is forgotten.
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

    // S5: what a decision sends is stored with it.
    [Fact]
    public async Task EditAfterADecision_WhoseSenderDied_SendsWhatWasDecided()
    {
        var worker = _schedules.Worker();
        await PutAsync(worker, "*/5 * * * *");
        _schedules.Tasks.Time.Advance(TimeSpan.FromMinutes(5));
        var dying = new FaultPlan(new SeamCall(0, $"table.TryInsert {StorageNames.TasksTable}", 1), FaultKind.KillBefore);
        await ScheduleSimulation.RoundAsync(_schedules.Worker(dying));
        Assert.NotNull((await _schedules.StateAsync())!.Open);

        await PutAsync(worker, "0 * * * *", """{"text":"new"}""");
        await _schedules.RunTasksAsync(worker);

        Assert.Equal("hi", _schedules.Tasks.Script.LastText);
        Assert.Equal(["00:05 Fired"], await _schedules.HistoryAsync());
    }

    [Fact]
    public async Task Views_ShowNextAndLast_AndWarnOfBursts()
    {
        _schedules.Define(Name, schedule => (schedule.Cron, schedule.TimeZone) = ("0 3 * * *", "Europe/Berlin"));
        _schedules.Define("often", schedule => schedule.Every = TimeSpan.FromSeconds(1));
        var worker = _schedules.Worker(configure: services => Celerity.Tasks.CelerityEngineExtensions.ConfigureCelerityTask(services, typeof(EchoTask), task => task.RateLimit = "30/m"));
        var views = worker.GetRequiredService<ScheduleViews>();

        var (schedules, warnings) = await views.ListAsync(CancellationToken.None);
        var nightly = schedules[0];
        Assert.Equal((Name, ScheduleSource.Code, "every day at 03:00", 10), (nightly.Name, nightly.DefinedIn, nightly.Words, nightly.Next.Count));
        Assert.Equal(new DateTimeOffset(2026, 1, 1, 2, 0, 0, TimeSpan.Zero), nightly.Next[0]);
        Assert.StartsWith("nightly, often send the task 'test.echo' faster", Assert.Single(warnings), StringComparison.Ordinal);

        _schedules.Code.Remove("often");
        worker = _schedules.Worker();
        await ScheduleSimulation.RoundAsync(worker);
        _schedules.Tasks.Time.SetUtcNow(new DateTimeOffset(2026, 1, 1, 2, 0, 3, TimeSpan.Zero));
        await ScheduleSimulation.RoundAsync(worker);
        var view = await worker.GetRequiredService<ScheduleViews>().GetAsync("NIGHTLY", 20, CancellationToken.None);
        Assert.Equal((3.0, 3.0), (view.Last!.DriftSeconds, Assert.Single(view.Firings!).DriftSeconds));
        Assert.Equal((await _schedules.SentAsync())[0].FindString("id"), view.Firings![0].Id);
    }

    private static async Task<string> ThrowsAsync(string code, Func<Task> act)
    {
        var exception = await Assert.ThrowsAsync<CelerityException>(act);
        Assert.Equal(code, exception.Code);
        return exception.Message;
    }

    private static async Task<bool> PutAsync(IServiceProvider worker, string cron, string payload = """{"text":"hi"}""") => await worker.GetRequiredService<ScheduleControl>().PutAsync(
        Name, new ScheduleOptions { Cron = cron, Task = "test.echo", Payload = payload }, ScheduleSimulation.Note, ScheduleSimulation.Pipelines(worker), CancellationToken.None);
}
