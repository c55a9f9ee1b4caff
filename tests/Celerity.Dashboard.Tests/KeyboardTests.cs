using Celerity.Dashboard.Tests.App;
using Microsoft.Playwright;
using Xunit;
using static Microsoft.Playwright.Assertions;

namespace Celerity.Dashboard.Tests;

/// <summary>The page without a mouse.</summary>
[Collection(SharedBench.Name)]
public sealed class KeyboardTests(DashboardBench bench)
{
    [Fact]
    public async Task Keys_GoToViews_FindAnId_AndShowTheHelp()
    {
        bench.SkipWhereMissing();
        await using var page = await OpenPage.OpenAsync(bench);
        await page.LoadedAsync();
        var keyboard = page.Tab.Keyboard;

        await keyboard.PressAsync("g");
        await keyboard.PressAsync("q");
        await Expect(page.Tab.GetByRole(AriaRole.Heading, new PageGetByRoleOptions { Name = "Queues" })).ToBeVisibleAsync();

        await keyboard.PressAsync("?");
        await Expect(page.Dialog).ToContainTextAsync("Dead letters");
        await keyboard.PressAsync("Escape");
        await Expect(page.Dialog).ToHaveCountAsync(0);
        page.CheckNoProblem();

        // The browser tells on its console of each look that finds nothing.
        await keyboard.PressAsync("/");
        await keyboard.TypeAsync(bench.DeadTask);
        await keyboard.PressAsync("Enter");
        await page.Tab.GetByRole(AriaRole.Link, new PageGetByRoleOptions { Name = "Dead letter", Exact = true }).Last.ClickAsync();
        await page.SeesAsync("Why it died");
    }

    [Fact]
    public async Task Tab_SkipsToTheContent_AndADialogKeepsTheFocus()
    {
        bench.SkipWhereMissing();
        await using var page = await OpenPage.OpenAsync(bench, "queues");
        await page.LoadedAsync();

        await page.Tab.Keyboard.PressAsync("Tab");
        await Expect(page.Tab.GetByText("Skip to the content")).ToBeFocusedAsync();
        await page.Tab.Keyboard.PressAsync("Enter");
        await Expect(page.Tab.Locator("main")).ToBeFocusedAsync();

        await page.Button("Purge celerity-low").ClickAsync();
        await Expect(page.Dialog).ToBeVisibleAsync();
        Assert.True(await page.Tab.EvaluateAsync<bool>("document.querySelector('dialog').contains(document.activeElement)"));
        await page.Tab.Keyboard.PressAsync("Escape");
        await Expect(page.Dialog).ToHaveCountAsync(0);
        page.CheckNoProblem();
    }
}
