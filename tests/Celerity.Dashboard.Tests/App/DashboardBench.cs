using System.Net.Http.Json;
using System.Text.Json;
using Celerity.Functions.Tests.EndToEnd;
using Microsoft.Playwright;
using Xunit;

namespace Celerity.Dashboard.Tests.App;

/// <summary>The app on Azurite with work in it and a run that goes on, and a Chromium that looks at it.</summary>
public sealed class DashboardBench : IAsyncLifetime
{
    private const string Chromium = "/usr/bin/chromium";
    private const float HangLimitMs = 30_000;

    private readonly AppBench _bench = new();
    private AppProcess? _app;
    private IPlaywright? _playwright;

    internal Uri Address { get; private set; } = null!;

    internal IBrowser Browser { get; private set; } = null!;

    internal HttpClient Http { get; private set; } = null!;

    /// <summary>Gets a run of many chunks, of which a few end each second for the first minutes.</summary>
    internal string LongRun { get; private set; } = "";

    internal string EndedRun { get; private set; } = "";

    /// <summary>Gets a run whose one chunk has failed.</summary>
    internal string FailedRun { get; private set; } = "";

    /// <summary>Gets a workflow that waits for somebody's word.</summary>
    internal string WorkflowRun { get; private set; } = "";

    internal string SucceededTask { get; private set; } = "";

    internal string DeadTask { get; private set; } = "";

    public async ValueTask InitializeAsync()
    {
        await _bench.InitializeAsync();
        if (!_bench.HasAzurite || !File.Exists(Chromium))
        {
            return;
        }

        Assertions.SetDefaultExpectTimeout(HangLimitMs);
        _app = StartApp(enforceKeys: false, out _);
        Address = await AddressOfAsync(_app);
        Http = new HttpClient { BaseAddress = Address };
        _playwright = await Playwright.CreateAsync();
        Browser = await _playwright.Chromium.LaunchAsync(new BrowserTypeLaunchOptions { ExecutablePath = Chromium, Args = ["--no-sandbox", "--disable-gpu"] });
        await FillAsync();
    }

    public async ValueTask DisposeAsync()
    {
        if (_app is not null)
        {
            await Browser.DisposeAsync();
            _playwright!.Dispose();
            Http.Dispose();
            await _app.DisposeAsync();
        }

        await _bench.DisposeAsync();
    }

    internal void SkipWhereMissing()
    {
        _bench.SkipWithoutAzurite();
        Assert.SkipUnless(File.Exists(Chromium), "Chromium is missing: apt-get install chromium.");
    }

    /// <summary>Starts another process of the app on the same storage.</summary>
    /// <param name="enforceKeys">Whether it wants keys.</param>
    /// <param name="folder">Its folder, where the keys lie.</param>
    internal AppProcess StartApp(bool enforceKeys, out string folder) => _bench.StartApp(folder = _bench.NewFolder(), new Dictionary<string, string>
    {
        ["LocalRuntime__EnforceKeys"] = enforceKeys.ToString(),
        ["Celerity__Stages__DelaysByAirport__RateLimit"] = "3/s",
        ["Celerity__Tasks__airports_elevation__Circuit"] = "altimeter",
    });

    internal static async Task<Uri> AddressOfAsync(AppProcess app)
    {
        var address = await app.AddressAsync();
        Assert.True(address is not null, app.Output);
        using var client = new RunClient(address!);
        await client.WaitUntilReadyAsync();
        return address!;
    }

    /// <summary>Sends a task; gives its id.</summary>
    internal async Task<string> SendAsync(string task, string code, string query = "")
    {
        var sent = await PostAsync($"api/tasks/{task}{query}", new { code });
        return sent.GetProperty("id").GetString()!;
    }

    /// <summary>Sends a task, and waits for its end.</summary>
    internal async Task<string> SendAndWaitAsync(string task, string code)
    {
        var id = await SendAsync(task, code);
        await Http.GetStringAsync(new Uri($"api/tasks/{id}?wait=30", UriKind.Relative));
        return id;
    }

    internal async Task<JsonElement> PostAsync(string path, object body)
    {
        using var answer = await Http.PostAsJsonAsync(new Uri(path, UriKind.Relative), body);
        var text = await answer.Content.ReadAsStringAsync();
        Assert.True(answer.IsSuccessStatusCode, text);
        return JsonElement.Parse(text);
    }

    internal async Task<string> StartRunAsync(string blob, int chunkSize) =>
        (await PostAsync("api/pipelines/flight-delays", RunClient.Flights(blob, chunkSize))).GetProperty("id").GetString()!;

    /// <summary>Starts a run, and waits for its end.</summary>
    internal async Task<string> EndRunAsync(string blob)
    {
        var id = await StartRunAsync(blob, AppBench.Records);
        await Http.GetStringAsync(new Uri($"api/runs/{id}?wait=60", UriKind.Relative));
        return id;
    }

    private async Task FillAsync()
    {
        await _bench.UploadAsync("broken.csv", "date,delay,distance,origin,destination\n" + string.Concat(Enumerable.Repeat("2001-01-05T10:00:00,late,300,A,B\n", 50)));
        SucceededTask = await SendAndWaitAsync("airports.geocode", "SFO");
        DeadTask = await SendAndWaitAsync("airports.geocode", "XX1");
        EndedRun = await EndRunAsync(AppBench.Dataset);
        FailedRun = await EndRunAsync("broken.csv");
        LongRun = await StartRunAsync(AppBench.Dataset, chunkSize: 1);
        WorkflowRun = (await PostAsync("api/workflows", new
        {
            steps = new object[]
            {
                new { task = "airports.geocode", payload = new { code = "SFO" } },
                new { approval = "publish", within = "3.00:00:00" },
                new { task = "airports.geocode", payload = new { code = "JFK" } },
            },
        })).GetProperty("id").GetString()!;
        using var put = await Http.PutAsJsonAsync(
            new Uri("api/schedules/nightly", UriKind.Relative), new { cron = "0 3 * * *", task = "airports.geocode", payload = new { code = "SFO" }, who = "ada", why = "a test" });
        Assert.True(put.IsSuccessStatusCode, await put.Content.ReadAsStringAsync());
    }
}
