using Celerity.Dashboard.Tests.App;
using Microsoft.Playwright;
using Xunit;
using static Microsoft.Playwright.Assertions;

namespace Celerity.Dashboard.Tests;

/// <summary>What a stranger puts into a payload is text, whatever it looks like.</summary>
[Collection(SharedBench.Name)]
public sealed class HostileTests(DashboardBench bench)
{
    private const string RightToLeft = "\u202E\u2067";

    [Theory]
    [InlineData("<script>document.title='owned'</script>")]
    [InlineData("<img src=x onerror=\"document.title='owned'\">")]
    [InlineData("javascript:document.title='owned'//\"'><svg onload=document.title='owned'>")]
    [InlineData("{{constructor.constructor('document.title=1')()}} " + RightToLeft + "gnp.exe")]
    public async Task Payload_ThatAttacks_IsShownAsText(string code)
    {
        bench.SkipWhereMissing();
        var id = await bench.SendAndWaitAsync("airports.geocode", code);
        foreach (var view in new[] { $"letters/{id}", $"tasks/{id}", "dead-letters", "tasks" })
        {
            await using var page = await OpenPage.OpenAsync(bench, view);
            await page.LoadedAsync();

            await Expect(page.Tab.Locator("bdi").Filter(new() { HasText = code[..24] }).First).ToBeVisibleAsync();
            if (view.EndsWith(id, StringComparison.Ordinal))
            {
                await Expect(page.Tab.GetByRole(AriaRole.Region, new() { Name = "Log", Exact = true })).ToContainTextAsync($"Looking for the airport {code[..24]}");
            }

            Assert.EndsWith("Celerity", await page.Tab.TitleAsync(), StringComparison.Ordinal);
            Assert.Equal(0, await page.Tab.Locator("main img, main script").CountAsync());
            page.CheckNoProblem();
        }
    }

    [Fact]
    public async Task Payload_OfAMegabyte_IsCut_AndShownWholeWhenAskedFor()
    {
        bench.SkipWhereMissing();
        var id = await bench.SendAndWaitAsync("airports.geocode", new string('x', 1_000_000));
        await using var page = await OpenPage.OpenAsync(bench, $"letters/{id}");
        await page.LoadedAsync();
        var payload = page.Tab.Locator(".long pre").Last;
        Assert.InRange((await payload.InnerTextAsync()).Length, 1, 5000);

        await page.Tab.GetByText("Show all").Last.ClickAsync();

        await Expect(page.Tab.GetByText("Show less")).ToBeVisibleAsync();
        Assert.InRange((await payload.InnerTextAsync()).Length, 1_000_000, 1_001_000);
        page.CheckNoProblem();

        await using var phone = await OpenPage.OpenAsync(bench, "dead-letters", width: 390, height: 844);
        await phone.LoadedAsync();
        await phone.SeesAsync("xxxxxxxx");
        Assert.True(await phone.Tab.EvaluateAsync<bool>("document.documentElement.scrollWidth <= innerWidth"), "The page is wider than the phone.");
    }
}
