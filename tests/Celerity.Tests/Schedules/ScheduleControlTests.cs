using Celerity.Schedules;
using Celerity.Storage;
using Celerity.Tests.Tasks;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Celerity.Tests.Schedules;

/// <summary>Changes while the app runs, and what is shown.</summary>
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
        await _schedules.RoundAfterAsync(worker, 61);
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
