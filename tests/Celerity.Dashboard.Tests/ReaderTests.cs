using System.Net.Http.Json;
using System.Text.Json;
using Celerity.Dashboard.Tests.App;
using Celerity.Functions.Tests.EndToEnd;
using Microsoft.Playwright;
using Xunit;
using static Microsoft.Playwright.Assertions;

namespace Celerity.Dashboard.Tests;

/// <summary>Where keys are enforced: who has none sees no data, a reader sees no action, an operator does.</summary>
[Collection(SharedBench.Name)]
public sealed class ReaderTests(DashboardBench bench)
{
    private const string ReaderKey = "a-readers-key-for-the-tests";

    [Fact]
    public async Task Reader_SeesEverything_AndNoAction()
    {
        bench.SkipWhereMissing();
        await using var app = bench.StartApp(enforceKeys: true, out var folder);
        var address = await DashboardBench.AddressOfAsync(app);
        using var http = new HttpClient { BaseAddress = address };
        var keys = await JsonSerializer.DeserializeAsync<JsonElement>(File.OpenRead(Path.Combine(folder, "keys.json")));
        var master = keys.EnumerateObject().First(key => key.Name.Equals("master", StringComparison.OrdinalIgnoreCase)).Value.GetString()!;
        http.DefaultRequestHeaders.Add("x-functions-key", master);
        var reading = await File.ReadAllTextAsync(Path.Combine(RepositoryRoot.Path, "infra", "reader-functions.json"), TestContext.Current.CancellationToken);
        foreach (var function in JsonSerializer.Deserialize<string[]>(reading)!)
        {
            using var put = await http.PutAsJsonAsync(new Uri($"admin/functions/{function}/keys/reader", UriKind.Relative), new { name = "reader", value = ReaderKey });
            Assert.True(put.IsSuccessStatusCode, $"{function}: {put.StatusCode}");
        }

        await using var page = await OpenPage.OpenAsync(bench, "queues", address);
        var key = page.Tab.GetByLabel("Key");
        await key.FillAsync("no key at all");
        await page.Button("Sign in").ClickAsync();
        await Expect(page.Tab.GetByRole(AriaRole.Alert)).ToBeVisibleAsync();
        await key.FillAsync(ReaderKey);
        await page.Button("Sign in").ClickAsync();
        await Expect(page.Tab.Locator(".sidebar footer")).ToContainTextAsync("reader");

        foreach (var view in new[] { "queues", $"tasks/{bench.DeadTask}", $"runs/{bench.LongRun}", "dead-letters", $"letters/{bench.DeadTask}", "schedules", "workers", "limits", "alerts" })
        {
            await page.GoAsync(view);
            await page.LoadedAsync();
            Assert.Empty(await page.Tab.Locator("main button").Filter(new LocatorFilterOptions { HasTextRegex = Actions() }).AllInnerTextsAsync());
        }

        await page.Button("Sign out").ClickAsync();
        await key.FillAsync(master);
        await page.Button("Sign in").ClickAsync();
        await Expect(page.Tab.Locator(".sidebar footer")).ToContainTextAsync("operator");
        await page.GoAsync("queues");
        await Expect(page.Button("Pause celerity-low")).ToBeVisibleAsync();
    }

    private static System.Text.RegularExpressions.Regex Actions() => new("Pause|Resume|Purge|Retry|Revoke|Replay|Cancel|Suspend|Restart|Clone|Run now|Drain|Recycle|Edit|Force|Silence|Stop");
}
