using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Celerity.Functions.DeadLetters;
using Celerity.Functions.Hosting;
using Celerity.Functions.Http;
using Celerity.Functions.Queues;
using Celerity.TestKit.Hosting;
using Microsoft.Azure.Functions.Worker.Builder;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Celerity.Functions.Tests.DeadLetters;

/// <summary>Dead letters in the app itself, on the virtual clock: tasks that die, HTTP, the orchestration, the timer.</summary>
public sealed class DeadLetterTests
{
    [Fact]
    public async Task Letters_GroupedShownReplayedAndPurgedOverHttp()
    {
        await using var host = await StartAsync();
        await DieAsync(host, 120);

        var group = (await GetAsync(host, "dead-letter-groups")).GetProperty("groups")[0];
        Assert.Equal((120, 120), (group.GetProperty("open").GetInt32(), group.GetProperty("lastDay").EnumerateArray().Sum(hour => hour.GetInt32())));
        Assert.Equal("System.InvalidOperationException", group.GetProperty("exception").GetString());
        var id = group.GetProperty("id").GetString()!;
        var page = await GetAsync(host, $"dead-letters?group={id}&limit=50");
        Assert.Equal(50, page.GetProperty("letters").GetArrayLength());
        var rest = await GetAsync(host, $"dead-letters?group={id}&limit=200&after={page.GetProperty("next").GetString()}");
        Assert.Equal(70, rest.GetProperty("letters").GetArrayLength());

        var letter = await GetAsync(host, $"dead-letters/{page.GetProperty("letters")[0].GetProperty("id").GetString()}");
        Assert.Equal(("letters.fragile", "Oslo"), (letter.GetProperty("task").GetString(), letter.GetProperty("payload").GetProperty("city").GetString()));
        Assert.Equal(1, letter.GetProperty("failures")[0].GetProperty("attempt").GetInt32());
        Assert.True(letter.GetProperty("failures")[0].TryGetProperty("duration", out _));
        var byTask = await GetAsync(host, $"dead-letters/{letter.GetProperty("subjectId").GetString()}");
        Assert.Equal(letter.GetProperty("id").GetString(), byTask.GetProperty("id").GetString());

        // One, with another payload.
        Weather(host).IsBad = false;
        var number = letter.GetProperty("payload").GetProperty("number").GetInt32();
        var one = await PostAsync(host, $"dead-letters/{letter.GetProperty("id").GetString()}/replay", new { payload = new { number, city = "Bergen" }, who = "ada", why = "typo" });
        await host.RunUntilIdleAsync(untilNothingIsScheduled: true);
        Assert.Equal("Bergen", Assert.Single(Weather(host).Done).City);
        Assert.Equal("completed", one.GetProperty("state").GetString());
        Assert.Equal(one.GetProperty("taskId").GetString(), (await GetAsync(host, $"dead-letters/{letter.GetProperty("id").GetString()}")).GetProperty("replayedAs").GetString());

        // The others, by the orchestration: a dry run first, then five before the rest.
        var preview = await PostAsync(host, "dead-letter-replays", new { filter = new { group = id }, canary = 5, dryRun = true });
        Assert.Equal((119, 119), (preview.GetProperty("matched").GetInt32(), preview.GetProperty("affected").GetInt32()));
        var asked = await PostAsync(host, "dead-letter-replays", new { filter = new { group = id }, canary = 5, who = "ada" }, HttpStatusCode.Accepted);
        await host.AdvanceAsync(TimeSpan.FromMinutes(2));
        var action = await GetAsync(host, $"dead-letter-actions/{asked.GetProperty("id").GetString()}");
        Assert.Equal(("completed", 119), (action.GetProperty("state").GetString(), action.GetProperty("done").GetInt32()));
        Assert.Equal(Enumerable.Range(0, 120), Weather(host).Done.Select(order => order.Number).Order());

        var csv = await host.Http.GetStringAsync("/api/dead-letters?format=csv&state=replayed");
        Assert.Equal(122, csv.Split("\r\n").Length);
        var purge = await PostAsync(host, "dead-letter-purges", new { filter = new { state = "replayed" }, why = "done" }, HttpStatusCode.Accepted);
        await host.AdvanceAsync(TimeSpan.FromMinutes(1));
        Assert.Equal(120, (await GetAsync(host, $"dead-letter-actions/{purge.GetProperty("id").GetString()}")).GetProperty("done").GetInt32());
        Assert.Equal(0, (await GetAsync(host, "dead-letters")).GetProperty("letters").GetArrayLength());
        var audit = (await GetAsync(host, "audit")).GetProperty("records").EnumerateArray().Select(record => $"{record.GetProperty("what")} {record.GetProperty("who")}");
        Assert.Equal(["deadLetters.purge unknown", "deadLetters.replay ada", "deadLetters.replay ada"], audit);
    }

    [Fact]
    public async Task Replay_AskedForByCode_BeginsWithinAMinute_AndSurvivesAKill()
    {
        await using var host = await StartAsync();
        await DieAsync(host, 130);
        Weather(host).IsBad = false;
        var action = await host.Services.GetRequiredService<IDeadLetters>().ReplayAsync(
            new DeadLetterFilter(), new ReplayOptions { Rate = "10/s" }, new ActionNote("ada"), TestContext.Current.CancellationToken);
        await host.AdvanceAsync(TimeSpan.FromSeconds(61));
        await host.CrashAsync();
        Weather(host).IsBad = false;
        await host.AdvanceAsync(TimeSpan.FromMinutes(5));

        var ended = await GetAsync(host, $"dead-letter-actions/{action.Id}");
        Assert.Equal(("completed", 130), (ended.GetProperty("state").GetString(), ended.GetProperty("done").GetInt32()));
        Assert.Equal(0, (await GetAsync(host, "dead-letters?state=open")).GetProperty("letters").GetArrayLength());
    }

    [Fact]
    public async Task Export_ThenImport_IsAccepted()
    {
        await using var host = await StartAsync();
        await DieAsync(host, 3);
        var file = await host.Http.GetStringAsync("/api/dead-letter-export");
        await using var other = await StartAsync();

        var answer = await other.Http.PostAsync("/api/dead-letters", new StringContent(file, Encoding.UTF8, "application/x-ndjson"));

        Assert.Equal(3, (await answer.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("count").GetInt32());
        Assert.Equal(file, await other.Http.GetStringAsync("/api/dead-letter-export"));
    }

    [Fact]
    public async Task BadRequests_AreCoded()
    {
        (string Method, string Path, string Body, int Status, string Code)[] wrong =
        [
            ("POST", "dead-letter-replays", "{}", 400, "CEL0342"),
            ("POST", "dead-letter-replays", """{"filter":{"grupo":"x"}}""", 400, "CEL0302"),
            ("POST", "dead-letter-replays", """{"filter":{},"canary":3}""", 400, "CEL0342"),
            ("POST", "dead-letter-replays", """{"filter":{},"rate":"often"}""", 400, "CEL0342"),
            ("POST", "dead-letter-replays", """{"filter":""", 400, "CEL0302"),
            ("POST", "dead-letter-purges", """{"filter":{"since":"2026-02-01T00:00:00Z","before":"2026-01-01T00:00:00Z"}}""", 400, "CEL0342"),
            ("POST", "dead-letter-purges", "", 400, "CEL0342"),
            ("POST", "dead-letters/none/replay", "", 404, "CEL0340"),
            ("POST", "dead-letters", "{}", 400, "CEL0344"),
            ("POST", "dead-letter-actions/none/cancel", "", 404, "CEL0343"),
            ("GET", "dead-letters/none", "", 404, "CEL0340"),
            ("GET", "dead-letter-actions/none", "", 404, "CEL0343"),
            ("GET", "dead-letters?state=7", "", 400, "CEL0308"),
            ("GET", "dead-letters?category=odd", "", 400, "CEL0308"),
            ("GET", "dead-letters?since=tomorrow", "", 400, "CEL0308"),
            ("GET", "dead-letters?after=odd", "", 400, "CEL0308"),
            ("GET", "dead-letters?limit=201", "", 400, "CEL0308"),
            ("GET", "dead-letters?format=xml", "", 400, "CEL0308"),
        ];
        await using var host = await StartAsync();
        foreach (var (method, path, body, status, code) in wrong)
        {
            using var request = new HttpRequestMessage(new HttpMethod(method), $"/api/{path}");
            request.Content = body.Length > 0 ? new StringContent(body, Encoding.UTF8, "application/json") : null;

            var answer = await host.Http.SendAsync(request, TestContext.Current.CancellationToken);

            var text = await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
            Assert.True(
                (int)answer.StatusCode == status && text.Contains($"\"{code}\"", StringComparison.Ordinal), $"{method} {path} {body}: {answer.StatusCode} {text}");
        }
    }

    private static async Task<FunctionTestHost> StartAsync()
    {
        var host = await FunctionTestHost.StartAsync(SetUp, SetUp);
        await host.Services.GetRequiredService<StorageReadiness>().Ready;
        return host;
    }

    private static void SetUp(FunctionsApplicationBuilder builder)
    {
        builder.ConfigureFunctionsWebApplication();
        builder.AddCelerity(typeof(TaskFunctions).Assembly).AddHandler<FragileHandler>()
            .ConfigureTask<FragileOrder>(options => options.MaxAttempts = 1);
        builder.Services.AddSingleton<Weather>();
    }

    private static void SetUp(FunctionTestHostOptions options)
    {
        foreach (var type in new[] { typeof(TaskFunctions), typeof(MaintenanceFunctions), typeof(OperationEndpoints), typeof(DeadLetterEndpoints), typeof(DeadLetterFunctions) })
        {
            options.FunctionTypes.Add(type);
        }

        options.ServedConnections.Add("AzureWebJobsStorage");
        options.Patience = TimeSpan.FromSeconds(5);
    }

    private static Weather Weather(FunctionTestHost host) => host.Services.GetRequiredService<Weather>();

    private static async Task DieAsync(FunctionTestHost host, int count)
    {
        await host.Services.GetRequiredService<IBackgroundTasks>().EnqueueManyAsync(Enumerable.Range(0, count).Select(number => new FragileOrder(number)));
        await host.RunUntilIdleAsync();
        await host.AdvanceAsync(TimeSpan.FromMinutes(2));
    }

    private static async Task<JsonElement> GetAsync(FunctionTestHost host, string path) => await host.Http.GetFromJsonAsync<JsonElement>($"/api/{path}");

    private static async Task<JsonElement> PostAsync(FunctionTestHost host, string path, object body, HttpStatusCode expected = HttpStatusCode.OK)
    {
        var answer = await host.Http.PostAsJsonAsync($"/api/{path}", body);
        var text = await answer.Content.ReadAsStringAsync();
        Assert.True(answer.StatusCode == expected, text);
        return JsonElement.Parse(text);
    }
}
