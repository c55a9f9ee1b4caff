using Celerity.Dashboard.Tests.App;
using Microsoft.Playwright;
using Xunit;
using static Microsoft.Playwright.Assertions;

namespace Celerity.Dashboard.Tests;

/// <summary>Queues, tasks, schedules, limits, circuits, alerts: each action asks once, says what it touches, works, and shows its effect.</summary>
[Collection(SharedBench.Name)]
public sealed class ActionTests(DashboardBench bench)
{
    private const string Queue = "celerity-low";

    [Fact]
    public async Task Queue_IsPaused_Purged_AndResumed()
    {
        bench.SkipWhereMissing();
        await using var page = await OpenPage.OpenAsync(bench, "queues");
        await page.LoadedAsync();

        await page.DoAsync($"Pause {Queue}", "Pause", "wait there now", ("Who", "ada"), ("Why", "the database moves"));
        await Expect(page.Row(Queue)).ToContainTextAsync("paused");
        await Expect(page.Row(Queue)).ToContainTextAsync("the database moves");

        await page.DoAsync($"Purge {Queue}", $"Purge {Queue}", "messages now");
        await page.SeesAsync($"of {Queue} ended as revoked");

        await page.Button($"Resume {Queue}").ClickAsync();
        await Expect(page.Row(Queue)).ToContainTextAsync("running");

        await page.GoAsync("audit");
        await page.SeesAsync("the database moves");
        page.CheckNoProblem();
    }

    [Fact]
    public async Task Task_ThatWaits_IsRevoked()
    {
        bench.SkipWhereMissing();
        var id = await bench.SendAsync("airports.geocode", "SFO", "?delay=01:00:00");
        await using var page = await OpenPage.OpenAsync(bench, $"tasks/{id}");
        await page.LoadedAsync();

        await page.DoAsync("Revoke", "Revoke", "1 task");

        await page.SeesAsync("It is revoked, unless it has ended first.");
        page.CheckNoProblem();
    }

    [Fact]
    public async Task Task_ThatDied_IsRetried()
    {
        bench.SkipWhereMissing();
        var id = await bench.SendAndWaitAsync("airports.geocode", "XX2");
        await using var page = await OpenPage.OpenAsync(bench, $"tasks/{id}");
        await page.LoadedAsync();

        await page.DoAsync("Retry", "Retry", "1 task", ("Why", "once more"));

        await page.SeesAsync("Replayed as");
        page.CheckNoProblem();
    }

    [Fact]
    public async Task Schedule_IsPaused_Resumed_AndRunNow()
    {
        bench.SkipWhereMissing();
        await using var page = await OpenPage.OpenAsync(bench, "schedules");
        await page.LoadedAsync();

        await page.DoAsync("Pause nightly", "Pause", "1 schedule", ("Why", "no need tonight"));
        await Expect(page.Row("nightly")).ToContainTextAsync("no need tonight");
        await page.Button("Resume nightly").ClickAsync();
        await Expect(page.Button("Pause nightly")).ToBeVisibleAsync();

        await page.DoAsync("Run now nightly", "Run now", "1 task");
        await Expect(page.Tab.GetByRole(AriaRole.Heading, new PageGetByRoleOptions { Level = 1 })).ToContainTextAsync("Task");
        await page.SeesAsync("Latitude");
        page.CheckNoProblem();
    }

    [Fact]
    public async Task TaskType_IsEdited_Paused_AndResumed()
    {
        bench.SkipWhereMissing();
        const string Task = "airports.elevation";
        await using var page = await OpenPage.OpenAsync(bench, "limits");
        await page.LoadedAsync();
        var row = page.Row(Task).First;

        await page.Button($"Edit {Task}").ClickAsync();
        await page.Dialog.GetByLabel("RateLimit", new LocatorGetByLabelOptions { Exact = false }).First.FillAsync("7/s");
        await page.Dialog.GetByRole(AriaRole.Button, new LocatorGetByRoleOptions { Name = "Set" }).ClickAsync();
        await Expect(row).ToContainTextAsync("RateLimit 7/s");

        await page.Button($"Edit {Task}").ClickAsync();
        await page.Dialog.GetByLabel("RateLimit", new LocatorGetByLabelOptions { Exact = false }).First.FillAsync("a lot");
        await page.Dialog.GetByRole(AriaRole.Button, new LocatorGetByRoleOptions { Name = "Set" }).ClickAsync();
        await Expect(page.Dialog.GetByRole(AriaRole.Alert)).ToContainTextAsync("CEL");
        await page.Dialog.GetByRole(AriaRole.Button, new LocatorGetByRoleOptions { Name = "Leave it" }).ClickAsync();

        await page.DoAsync($"Pause {Task}", "Pause", "All tasks named");
        await Expect(row).ToContainTextAsync("paused");
        await page.Button($"Resume {Task}").ClickAsync();
        await Expect(row).ToContainTextAsync("running");
    }

    [Fact]
    public async Task Circuit_IsForcedOpen_Closed_AndLeftToItself()
    {
        bench.SkipWhereMissing();
        await using var page = await OpenPage.OpenAsync(bench, "limits");
        await page.LoadedAsync();
        var row = page.Tab.GetByRole(AriaRole.Region, new PageGetByRoleOptions { Name = "Circuits" }).GetByRole(AriaRole.Row).Filter(new LocatorFilterOptions { HasText = "altimeter" }).First;

        await page.DoAsync("Force open altimeter", "Force open", "airports.elevation");
        await Expect(row).ToContainTextAsync("forced");
        await Expect(row).ToContainTextAsync("open");
        await page.DoAsync("Force closed altimeter", "Force closed", "airports.elevation");
        await Expect(row).ToContainTextAsync("closed");
        await page.DoAsync("Leave to itself altimeter", "Leave to itself", "airports.elevation");
        await Expect(row).Not.ToContainTextAsync("forced");
        page.CheckNoProblem();
    }

    [Fact]
    public async Task Alerts_AreSilenced_AndToldAgain()
    {
        bench.SkipWhereMissing();
        await using var page = await OpenPage.OpenAsync(bench, "alerts");
        await page.LoadedAsync();

        await page.DoAsync("Silence", "Silence", "those that come", ("Subject", "nobody"), ("Why", "it is known"));
        await Expect(page.Row("it is known")).ToBeVisibleAsync();

        await page.Button("End this silence").ClickAsync();
        await Expect(page.Row("it is known")).ToHaveCountAsync(0);
        page.CheckNoProblem();
    }

    [Fact]
    public async Task Worker_IsDrained()
    {
        bench.SkipWhereMissing();
        await using var other = bench.StartApp(enforceKeys: false, out _);
        await DashboardBench.AddressOfAsync(other);
        await using var page = await OpenPage.OpenAsync(bench, "workers");
        await page.LoadedAsync();
        var row = page.Row($"process {other.Id}");

        await page.DoAsync(await NameOfAsync(row, "Drain"), "Drain", "1 process", ("Reason", "it is slow"));
        await Expect(row).ToContainTextAsync("draining");
        await Expect(row).ToContainTextAsync("it is slow");
        page.CheckNoProblem();
    }

    [Fact]
    public async Task Worker_IsRecycled()
    {
        bench.SkipWhereMissing();
        await using var other = bench.StartApp(enforceKeys: false, out _);
        await DashboardBench.AddressOfAsync(other);
        await using var page = await OpenPage.OpenAsync(bench, "workers");
        await page.LoadedAsync();
        var row = page.Row($"process {other.Id}");

        await page.DoAsync(await NameOfAsync(row, "Recycle"), "Recycle", "1 process", ("Reason", "it has grown"));
        await other.Exited;
        Assert.True(other.ExitCode == 200, other.Output);
        await Expect(row).ToContainTextAsync("stopped");
        page.CheckNoProblem();
    }

    private static async Task<string> NameOfAsync(ILocator row, string button) =>
        (await row.GetByRole(AriaRole.Button, new LocatorGetByRoleOptions { Name = button }).GetAttributeAsync("aria-label"))!;
}
