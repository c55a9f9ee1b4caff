using Celerity.Dashboard.Tests.App;
using Celerity.Functions.Tests.EndToEnd;
using Microsoft.Playwright;
using Xunit;
using static Microsoft.Playwright.Assertions;

namespace Celerity.Dashboard.Tests;

/// <summary>Runs: watched, held, stopped, started again and purged.</summary>
[Collection(SharedBench.Name)]
public sealed class RunTests(DashboardBench bench)
{
    [Fact]
    public async Task Run_AtWork_MovesBeforeOnesEyes()
    {
        bench.SkipWhereMissing();
        var run = await bench.StartRunAsync(AppBench.Dataset, chunkSize: 1);
        await using var page = await OpenPage.OpenAsync(bench, $"runs/{run}");
        await page.LoadedAsync();
        var records = page.Tab.Locator(".facts div").Filter(new LocatorFilterOptions { HasText = "Records" }).Locator("dd");
        var before = await records.InnerTextAsync();

        await Expect(records).Not.ToHaveTextAsync(before);

        await Expect(page.Tab.Locator(".heat .level-4").First).ToBeAttachedAsync();
        page.CheckNoProblem();
        await bench.PostAsync($"api/runs/{run}/cancel", new { });
    }

    [Fact]
    public async Task Run_IsSuspended_Resumed_AndCancelled()
    {
        bench.SkipWhereMissing();
        var run = await bench.StartRunAsync(AppBench.Dataset, chunkSize: 5);
        await using var page = await OpenPage.OpenAsync(bench, $"runs/{run}");
        await page.LoadedAsync();
        var state = page.Tab.Locator(".facts .state");

        await page.DoAsync("Suspend", "Suspend", "have not ended", ("Why", "wait for the data"));
        await Expect(state).ToHaveTextAsync("suspended");
        await page.Button("Resume").ClickAsync();
        await Expect(state).ToHaveTextAsync("running");
        await page.DoAsync("Cancel", "Cancel the run", "have not ended");
        await Expect(state).ToHaveTextAsync("cancelled");
        page.CheckNoProblem();
    }

    [Fact]
    public async Task Run_ThatFailed_IsRetried_Restarted_AndPurged()
    {
        bench.SkipWhereMissing();
        var run = await bench.EndRunAsync("broken.csv");
        await using var page = await OpenPage.OpenAsync(bench, $"runs/{run}");
        await page.LoadedAsync();
        var generation = page.Tab.Locator(".facts div").Filter(new LocatorFilterOptions { HasText = "Generation" }).Locator("dd");
        var state = page.Tab.Locator(".facts .state");

        await page.DoAsync("Retry failed", "Retry", "failed", ("Why", "again"));
        await Expect(generation).ToHaveTextAsync("2");
        await Expect(state).ToHaveTextAsync("failed");

        await page.DoAsync("Restart", "Restart", "chunk");
        await Expect(generation).ToHaveTextAsync("3");
        await Expect(state).ToHaveTextAsync("failed");

        await page.DoAsync("Purge", "Purge the run", "1 run");
        await Expect(state).ToHaveTextAsync("purging");
        page.CheckNoProblem();
    }

    [Fact]
    public async Task Run_IsCloned_WithAnotherRequest()
    {
        bench.SkipWhereMissing();
        await using var page = await OpenPage.OpenAsync(bench, $"runs/{bench.EndedRun}");
        await page.LoadedAsync();

        await page.DoAsync("Clone", "Clone", "1 new run", ("Changes", """{"source":{"chunkSize":500}}"""));

        await page.SeesAsync("Cloned from");
        await page.SeesAsync("\"chunkSize\": 500");
        page.CheckNoProblem();
    }

    [Fact]
    public async Task Workflow_IsApproved_AndGoesOn()
    {
        bench.SkipWhereMissing();
        var run = (await bench.PostAsync("api/workflows", new { steps = new object[] { new { approval = "release", within = "1.00:00:00" }, new { task = "airports.geocode", payload = new { code = "JFK" } } } }))
            .GetProperty("id").GetString()!;
        await using var page = await OpenPage.OpenAsync(bench, $"runs/{run}");
        await page.LoadedAsync();
        var graph = page.Tab.GetByRole(AriaRole.Region, new PageGetByRoleOptions { Name = "Steps of the workflow" });
        await Expect(graph).ToContainTextAsync("waiting");

        await page.DoAsync("Approve release", "Approve", "1 run", ("Who", "ada"));

        await Expect(page.Row("release")).ToContainTextAsync("approved");
        await Expect(page.Tab.Locator(".facts .state").First).ToHaveTextAsync("succeeded");
        await graph.GetByRole(AriaRole.Link).Filter(new LocatorFilterOptions { HasText = "succeeded" }).ClickAsync();
        await Expect(page.Row("Looking for the airport JFK")).ToBeVisibleAsync();
        page.CheckNoProblem();
    }
}
