using System.Net.Http.Json;
using System.Text.Json;
using Celerity.Cli.Environments;
using Celerity.LocalRuntime.Emulator;
using Microsoft.Playwright;

namespace Celerity.Benchmarks;

/// <summary>Fills a store with tasks that have run, and looks at it in Chromium.</summary>
internal sealed class DashboardBenchmark(int tasks, int rounds, int minutes)
{
    private const string Chromium = "/usr/bin/chromium";
    private const string Task = "airports.geocode";
    private const int BatchTasks = 1000;

    private static readonly (string Name, string Path)[] Views =
    [
        ("overview", ""), ("alerts", "alerts"), ("queues", "queues"), ("tasks", "tasks"), ("tasks, one state", "tasks?state=succeeded"), ("runs", "runs"), ("dead letters", "dead-letters"),
        ("schedules", "schedules"), ("workers", "workers"), ("limits", "limits"), ("settings", "settings"), ("cost", "cost"), ("audit", "audit"),
    ];

    public async Task<DashboardFigures> RunAsync(CancellationToken cancellationToken)
    {
        var folder = Path.Combine(RepositoryRoot.Find(), ".celerity", "benchmark", $"{Environment.ProcessId}-dashboard");
        try
        {
            var environment = await DemoEnvironment.StartAsync(new DemoSettings { Folder = folder }, TimeProvider.System, cancellationToken);
            await using (environment)
            {
                using var app = new HttpClient { BaseAddress = environment.Address };
                await FillAsync(app, cancellationToken);
                using var playwright = await Playwright.CreateAsync();
                await using var browser = await playwright.Chromium.LaunchAsync(new BrowserTypeLaunchOptions { ExecutablePath = Chromium, Args = ["--no-sandbox", "--disable-gpu"] });
                var views = new List<ViewFigure>();
                foreach (var (name, path) in Views)
                {
                    views.Add(await OpenAsync(browser, app.BaseAddress, name, path));
                }

                return new DashboardFigures(tasks, views, await WatchAsync(browser, app, cancellationToken));
            }
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private async Task FillAsync(HttpClient app, CancellationToken cancellationToken)
    {
        var last = "";
        for (var sent = 0; sent < tasks; sent += BatchTasks)
        {
            last = await SendAsync(app, Math.Min(BatchTasks, tasks - sent), cancellationToken);
        }

        // Not all end in the order in which they were sent; those that are left are few.
        using var timer = new PeriodicTimer(TimeSpan.FromSeconds(1));
        while ((await app.GetFromJsonAsync<JsonElement>($"api/tasks/{last}?wait=60", cancellationToken)).GetProperty("state").GetString() is not "succeeded")
        {
            await timer.WaitForNextTickAsync(cancellationToken);
        }
    }

    private static async Task<string> SendAsync(HttpClient app, int count, CancellationToken cancellationToken)
    {
        using var answer = await app.PostAsJsonAsync("api/batches", Enumerable.Repeat(new { task = Task, payload = new { code = "SFO" } }, count), cancellationToken);
        answer.EnsureSuccessStatusCode();
        return (await answer.Content.ReadFromJsonAsync<JsonElement>(cancellationToken)).GetProperty("ids")[count - 1].GetString()!;
    }

    private async Task<ViewFigure> OpenAsync(IBrowser browser, Uri app, string name, string path)
    {
        var (paints, ends) = (new List<double>(), new List<double>());
        for (var round = 0; round < rounds; round++)
        {
            await using var context = await browser.NewContextAsync();
            var page = await context.NewPageAsync();
            await page.GotoAsync(new Uri(app, $"api/dashboard/#/{path}").ToString());
            ends.Add(await (await page.WaitForFunctionAsync("() => document.querySelector('h1') && !document.querySelector('.loading') && performance.now()")).JsonValueAsync<double>());
            paints.Add(await page.EvaluateAsync<double>("performance.getEntriesByName('first-contentful-paint')[0].startTime"));
            if (await page.Locator(".failure").CountAsync() > 0)
            {
                throw new InvalidOperationException($"The view {name} shows a failure: {await page.Locator(".failure").First.InnerTextAsync()}");
            }
        }

        return new ViewFigure(name, Median(paints) / 1000, Median(ends) / 1000);
    }

    private async Task<BrowserMemory> WatchAsync(IBrowser browser, HttpClient app, CancellationToken cancellationToken)
    {
        await using var context = await browser.NewContextAsync();
        var page = await context.NewPageAsync();
        await page.GotoAsync(new Uri(app.BaseAddress!, "api/dashboard/#/").ToString());
        var tools = await context.NewCDPSessionAsync(page);
        var megabytes = new List<double>();
        using var timer = new PeriodicTimer(TimeSpan.FromSeconds(1));
        for (var second = 0; second <= minutes * 60; second++)
        {
            // Not at once: until it has all of its code and its first data, it has yet to grow.
            if (second > 0 && second % 60 == 0)
            {
                await tools.SendAsync("HeapProfiler.collectGarbage");
                megabytes.Add((await tools.SendAsync("Runtime.getHeapUsage"))!.Value.GetProperty("usedSize").GetDouble() / (1024 * 1024));
            }

            _ = await SendAsync(app, 20, cancellationToken);
            await timer.WaitForNextTickAsync(cancellationToken);
        }

        return new BrowserMemory(megabytes);
    }

    private static double Median(List<double> values) => values.Order().ElementAt(values.Count / 2);
}
