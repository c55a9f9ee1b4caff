using System.Net;
using System.Text.Json;
using Xunit;

namespace Celerity.Functions.Tests.EndToEnd;

/// <summary>Results, lists, groups and chains over HTTP, against one process of the app on real Azurite.</summary>
public sealed class ResultTests(SendingTests.App app) : IClassFixture<SendingTests.App>
{
    [Fact]
    public async Task Task_SentAndAwaited_AnswersWithItsRecord()
    {
        app.Bench.SkipWithoutAzurite();
        var sent = await PostAsync("api/tasks/airports.geocode", """{"code":"SFO"}""");

        var task = await GetAsync($"{new Uri(sent.GetProperty("statusUrl").GetString()!).PathAndQuery}?wait=60");

        Assert.Equal(("succeeded", "airports.geocode", 1), (Text(task, "state"), Text(task, "task"), task.GetProperty("attempt").GetInt32()));
        Assert.Equal(37.6190, task.GetProperty("result").GetProperty("latitude").GetDouble());
        Assert.True(task.GetProperty("sentAt").GetDateTimeOffset() <= task.GetProperty("endedAt").GetDateTimeOffset());
    }

    [Fact]
    public async Task Task_Failed_TellsItsFailures()
    {
        app.Bench.SkipWithoutAzurite();
        var sent = await PostAsync("api/tasks/airports.geocode", """{"code":"NOPE"}""");

        var task = await GetAsync($"api/tasks/{Text(sent, "id")}?wait=60");

        Assert.Equal(("deadLettered", "permanent"), (Text(task, "state"), Text(task, "category")));
        Assert.Contains("NOPE", task.GetProperty("failures")[0].GetProperty("message").GetString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("api/tasks/nobody", HttpStatusCode.NotFound, "CEL0210")]
    [InlineData("api/tasks/nobody?wait=61", HttpStatusCode.BadRequest, "CEL0308")]
    [InlineData("api/tasks/nobody?wait=soon", HttpStatusCode.BadRequest, "CEL0308")]
    [InlineData("api/tasks?limit=0", HttpStatusCode.BadRequest, "CEL0308")]
    [InlineData("api/tasks?after=x", HttpStatusCode.BadRequest, "CEL0308")]
    [InlineData("api/tasks?state=happy", HttpStatusCode.BadRequest, "CEL0308")]
    [InlineData("api/groups/nobody", HttpStatusCode.NotFound, "CEL0221")]
    [InlineData("api/workers/nobody", HttpStatusCode.NotFound, "CEL0270")]
    public async Task Get_BadInput_IsACodedProblem(string path, HttpStatusCode status, string code)
    {
        app.Bench.SkipWithoutAzurite();
        using var response = await app.Client.GetAsync(path);

        Assert.Equal(status, response.StatusCode);
        Assert.Equal(code, JsonDocument.Parse(await response.Content.ReadAsStringAsync()).RootElement.GetProperty("code").GetString());
    }

    [Theory]
    [InlineData("api/groups", """{"tasks":[]}""", "CEL0220")]
    [InlineData("api/groups", """{"tasks":[{}]}""", "CEL0220")]
    [InlineData("api/groups", """{"tasks":[{"task":"airports.geocode"}],"maxFailed":-1}""", "CEL0220")]
    [InlineData("api/groups", """{"tasks":[{"task":"airports.geocode"}],"nonsense":1}""", "CEL0302")]
    [InlineData("api/groups", """[]""", "CEL0302")]
    [InlineData("api/groups", """hello""", "CEL0302")]
    [InlineData("api/chains", """{"tasks":[]}""", "CEL0220")]
    [InlineData("api/chains", """{}""", "CEL0302")]
    [InlineData("api/workers/nobody/drain", """{"reason":" "}""", "CEL0302")]
    [InlineData("api/workers/nobody/recycle", """[]""", "CEL0302")]
    public async Task Post_BadInput_IsACodedProblem(string path, string body, string code)
    {
        app.Bench.SkipWithoutAzurite();
        using var response = await app.Client.PostTextAsync(path, body);

        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.Equal(code, JsonDocument.Parse(await response.Content.ReadAsStringAsync()).RootElement.GetProperty("code").GetString());
    }

    [Fact]
    public async Task List_PageByPage_ShowsEachTaskOnceTheNewestFirst()
    {
        app.Bench.SkipWithoutAzurite();
        var ids = new HashSet<string>();
        for (var at = 0; at < 3; at++)
        {
            ids.Add(Text(await PostAsync("api/tasks/airports.geocode", """{"code":"LAX"}"""), "id"));
        }

        var seen = new List<string>();
        var next = default(string);
        do
        {
            var page = await GetAsync($"api/tasks?task=airports.geocode&limit=2{(next is null ? "" : $"&after={next}")}");
            seen.AddRange(page.GetProperty("tasks").EnumerateArray().Select(task => Text(task, "id")));
            next = page.TryGetProperty("next", out var cursor) ? cursor.GetString() : null;
        }
        while (next is not null);

        Assert.Equal(seen.OrderDescending(StringComparer.Ordinal), seen);
        Assert.Equal(seen.Count, seen.Distinct().Count());
        Assert.Superset(ids, seen.ToHashSet());
    }

    [Fact]
    public async Task BatchHandler_OverHttp_EachTaskHasItsOwnEnd()
    {
        app.Bench.SkipWithoutAzurite();
        var sent = await PostAsync("api/batches", $"[{string.Join(',', ((string[])["SFO", "ORD", "NOPE"]).Select(code => $$"""{"task":"airports.elevation","payload":{"code":"{{code}}"} }"""))}]");
        var alone = await PostAsync("api/tasks/airports.elevation", """{"code":"ATL"}""");
        var ids = sent.GetProperty("ids").EnumerateArray().Select(id => id.GetString()!).Append(Text(alone, "id")).ToList();

        var tasks = await Task.WhenAll(ids.Select(id => GetAsync($"api/tasks/{id}?wait=60")));

        Assert.Equal(["succeeded", "succeeded", "deadLettered", "succeeded"], tasks.Select(task => Text(task, "state")));
        Assert.Equal([13, 672, 1026], tasks.Where(task => task.TryGetProperty("result", out _)).Select(task => task.GetProperty("result").GetProperty("feet").GetInt32()));
    }

    [Fact]
    public async Task Chord_OverHttp_SendsItsCallback()
    {
        app.Bench.SkipWithoutAzurite();
        var sent = await PostAsync(
            "api/groups",
            """{"tasks":[{"task":"airports.geocode","payload":{"code":"SFO"}},{"chain":[{"task":"airports.geocode","payload":{"code":"JFK"}},{"task":"airports.geocode","payload":{"code":"NOPE"}}]}],"maxFailed":1,"callback":{"task":"airports.geocode","payload":{"code":"ATL"}}}""");

        var group = await app.Client.WaitForGroupAsync(Text(sent, "id"));

        Assert.Equal(
            ("succeeded", 2, 2, 1),
            (Text(group, "state"), group.GetProperty("count").GetInt32(), group.GetProperty("ended").GetInt32(), group.GetProperty("failed").GetInt32()));
        Assert.Equal("succeeded", Text(await GetAsync($"api/tasks/{Text(group, "callbackId")}?wait=60"), "state"));
    }

    [Fact]
    public async Task Chain_OverHttp_RunsToItsEnd()
    {
        app.Bench.SkipWithoutAzurite();
        var sent = await PostAsync(
            "api/chains", """{"tasks":[{"task":"airports.geocode","payload":{"code":"SFO"}},{"task":"airports.geocode","payload":{"code":"JFK"}}]}""");
        var ids = sent.GetProperty("ids").EnumerateArray().Select(id => id.GetString()!).ToList();

        Assert.Equal(2, ids.Count);
        Assert.Equal("succeeded", Text(await GetAsync($"api/tasks/{ids[1]}?wait=60"), "state"));
    }

    private static string Text(JsonElement json, string property) => json.GetProperty(property).GetString()!;

    private async Task<JsonElement> PostAsync(string path, string body)
    {
        using var response = await app.Client.PostTextAsync(path, body);
        var text = await response.Content.ReadAsStringAsync();
        Assert.True(response.StatusCode == HttpStatusCode.Accepted, text);
        return JsonDocument.Parse(text).RootElement;
    }

    private async Task<JsonElement> GetAsync(string path)
    {
        using var response = await app.Client.GetAsync(path);
        var text = await response.Content.ReadAsStringAsync();
        Assert.True(response.StatusCode == HttpStatusCode.OK, text);
        return JsonDocument.Parse(text).RootElement;
    }
}
