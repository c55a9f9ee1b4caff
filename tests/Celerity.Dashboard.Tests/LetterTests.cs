using Celerity.Dashboard.Tests.App;
using Microsoft.Playwright;
using Xunit;
using static Microsoft.Playwright.Assertions;

namespace Celerity.Dashboard.Tests;

/// <summary>Dead letters: looked at, corrected, replayed and purged.</summary>
[Collection(SharedBench.Name)]
public sealed class LetterTests(DashboardBench bench)
{
    [Fact]
    public async Task Letter_IsCorrected_AndReplayed()
    {
        bench.SkipWhereMissing();
        var id = await bench.SendAndWaitAsync("airports.geocode", "XX3");
        await using var page = await OpenPage.OpenAsync(bench, $"letters/{id}");
        await page.LoadedAsync();

        await page.DoAsync("Replay", "Replay", "1 task", ("Payload", """{"code":"SFO"}"""));
        await page.SeesAsync("Replayed as");

        await page.Tab.Locator(".facts div").Filter(new LocatorFilterOptions { HasText = "Replayed as" }).GetByRole(AriaRole.Link).ClickAsync();
        await page.SeesAsync("Latitude");
        page.CheckNoProblem();
    }

    [Fact]
    public async Task Letters_OfAFilter_AreReplayed_AfterADryRun()
    {
        bench.SkipWhereMissing();
        await bench.SendAndWaitAsync("airports.geocode", "XX4");
        await using var page = await OpenPage.OpenAsync(bench, "dead-letters?task=airports.geocode");
        await page.LoadedAsync();

        await page.DoAsync("Replay the open letters that fit the filters", "Replay", "would be replayed", ("Canary", "1"), ("Rate", "100/m"));

        await page.SeesAsync("has begun");
        await Expect(page.Row("task airports.geocode").First).ToContainTextAsync("replay");
        page.CheckNoProblem();
    }

    [Fact]
    public async Task Group_IsPurged_AfterACount()
    {
        bench.SkipWhereMissing();
        var id = await bench.SendAndWaitAsync("airports.geocode", "no such place at all");
        await using var page = await OpenPage.OpenAsync(bench, $"letters/{id}");
        await page.LoadedAsync();
        await page.Tab.Locator(".facts div").Filter(new LocatorFilterOptions { HasText = "Group" }).GetByRole(AriaRole.Link).ClickAsync();
        await page.SeesAsync("Why, by the newest");

        await page.DoAsync("Purge the letters of this group", "Purge", "1 letter");

        await page.SeesAsync("The purge of about 1 letter has begun.");
        page.CheckNoProblem();
    }
}
