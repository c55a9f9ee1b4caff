using Celerity.Dashboard.Tests.App;
using Celerity.Functions.Tests.EndToEnd;
using Microsoft.Playwright;
using Xunit;
using static Microsoft.Playwright.Assertions;

namespace Celerity.Dashboard.Tests;

/// <summary>What moves by itself.</summary>
[Collection(SharedBench.Name)]
public sealed class LiveTests(DashboardBench bench)
{
    [Fact]
    public async Task Overview_ShowsTheRunsAtWork_AndTheirChunksMove()
    {
        bench.SkipWhereMissing();
        var id = await bench.StartRunAsync(AppBench.Dataset, chunkSize: 1);
        await using var page = await OpenPage.OpenAsync(bench);
        await page.LoadedAsync();
        var run = page.Tab.GetByRole(AriaRole.Region, new PageGetByRoleOptions { Name = "Runs at work" }).GetByRole(AriaRole.Row).Filter(new LocatorFilterOptions { HasText = id[^6..] }).First;
        await Expect(run).ToBeVisibleAsync();
        var before = await run.InnerTextAsync();

        await Expect(run).Not.ToHaveTextAsync(before, new LocatorAssertionsToHaveTextOptions { UseInnerText = true });

        await Expect(page.Tab.Locator(".sidebar .live")).ToBeVisibleAsync();
        page.CheckNoProblem();
        await bench.PostAsync($"api/runs/{id}/cancel", new { });
    }

    [Fact]
    public async Task Overview_ShowsATask_AsItEnds()
    {
        bench.SkipWhereMissing();
        await using var page = await OpenPage.OpenAsync(bench);
        await Expect(page.Tab.Locator(".sidebar .live")).ToBeVisibleAsync();

        var id = await bench.SendAndWaitAsync("airports.geocode", "LAX");

        await Expect(page.Row(id[^6..]).Filter(new LocatorFilterOptions { HasText = "succeeded" })).ToBeVisibleAsync();
        page.CheckNoProblem();
    }

    [Fact]
    public async Task Stream_IsClosed_WhereNoViewLooksAtIt()
    {
        bench.SkipWhereMissing();
        await using var page = await OpenPage.OpenAsync(bench);
        await Expect(page.Tab.Locator(".sidebar .live")).ToBeVisibleAsync();

        await page.GoAsync("cost");

        await Expect(page.Tab.Locator(".sidebar .live")).ToHaveCountAsync(0);
        page.CheckNoProblem();
    }
}
