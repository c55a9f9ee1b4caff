using Celerity.Dashboard.Tests.App;
using Deque.AxeCore.Commons;
using Deque.AxeCore.Playwright;
using Microsoft.Playwright;
using Xunit;
using static Microsoft.Playwright.Assertions;

namespace Celerity.Dashboard.Tests;

/// <summary>Each view with data in it while a run goes on: in light and dark, on a desk and on a phone.</summary>
[Collection(SharedBench.Name)]
public sealed class ViewTests(DashboardBench bench)
{
    private static readonly AxeRunOptions Rules = new() { RunOnly = RunOnlyOptions.Tags("wcag2a", "wcag2aa", "wcag21a", "wcag21aa") };

    [Theory]
    [InlineData("overview", "", "Running now")]
    [InlineData("alerts", "alerts", "Rules")]
    [InlineData("queues", "queues", "celerity-default")]
    [InlineData("tasks", "tasks", "airports.geocode")]
    [InlineData("task", "tasks/{SucceededTask}", "Latitude")]
    [InlineData("dead-task", "tasks/{DeadTask}", "no airport has the code")]
    [InlineData("dead-letters", "dead-letters", "airports.geocode")]
    [InlineData("letter", "letters/{DeadTask}", "no airport has the code")]
    [InlineData("runs", "runs", "flight-delays")]
    [InlineData("run-at-work", "runs/{LongRun}", "DelaysByAirport")]
    [InlineData("run-ended", "runs/{EndedRun}", "meanDelayMinutes")]
    [InlineData("run-failed", "runs/{FailedRun}", "Failures")]
    [InlineData("workflow", "runs/{WorkflowRun}", "publish")]
    [InlineData("schedules", "schedules", "nightly")]
    [InlineData("schedule", "schedules/nightly", "every day at 03:00")]
    [InlineData("workers", "workers", "process")]
    [InlineData("limits", "limits", "altimeter")]
    [InlineData("settings", "settings", "Celerity:Sending:MaxPayloadBytes")]
    [InlineData("cost", "cost", "By operation")]
    [InlineData("audit", "audit", "nightly")]
    [InlineData("errors", "errors/CEL0210", "Nothing is stored of a task of that id")]
    public async Task View_ShowsItsData_AndHurtsNoRule(string name, string view, string text)
    {
        bench.SkipWhereMissing();
        var path = Fill(view);
        foreach (var colours in new[] { ColorScheme.Light, ColorScheme.Dark })
        {
            await using var page = await OpenPage.OpenAsync(bench, path, colours: colours);
            await page.LoadedAsync();
            await page.SeesAsync(text);
            await page.ScreenshotAsync($"{name}-{(colours == ColorScheme.Light ? "light" : "dark")}");

            var found = await page.Tab.RunAxe(Rules);
            Assert.Empty(found.Violations.SelectMany(violation => violation.Nodes.Select(node => $"{violation.Id}: {node.Html}")));
            page.CheckNoProblem();
        }

        await using var phone = await OpenPage.OpenAsync(bench, path, width: 390, height: 844);
        await phone.LoadedAsync();
        await phone.SeesAsync(text);
        await phone.ScreenshotAsync($"{name}-phone");
        Assert.True(await phone.Tab.EvaluateAsync<bool>("document.documentElement.scrollWidth <= innerWidth"), "The page is wider than the phone.");
        phone.CheckNoProblem();
    }

    [Fact]
    public async Task View_ThatIsNone_LeadsBack()
    {
        bench.SkipWhereMissing();
        await using var page = await OpenPage.OpenAsync(bench, "nowhere/at/all");

        await page.Tab.GetByRole(AriaRole.Link, new PageGetByRoleOptions { Name = "Go to the overview" }).ClickAsync();

        await Expect(page.Tab.GetByRole(AriaRole.Heading, new PageGetByRoleOptions { Name = "Overview" })).ToBeVisibleAsync();
        page.CheckNoProblem();
    }

    private string Fill(string view) => view
        .Replace("{SucceededTask}", bench.SucceededTask, StringComparison.Ordinal)
        .Replace("{DeadTask}", bench.DeadTask, StringComparison.Ordinal)
        .Replace("{LongRun}", bench.LongRun, StringComparison.Ordinal)
        .Replace("{EndedRun}", bench.EndedRun, StringComparison.Ordinal)
        .Replace("{FailedRun}", bench.FailedRun, StringComparison.Ordinal)
        .Replace("{WorkflowRun}", bench.WorkflowRun, StringComparison.Ordinal);
}
