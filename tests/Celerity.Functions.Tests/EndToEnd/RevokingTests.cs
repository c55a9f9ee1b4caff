using System.Net;
using System.Text.Json;
using Azure.Storage.Queues;
using Xunit;

namespace Celerity.Functions.Tests.EndToEnd;

/// <summary>Revoking and purging over HTTP, on real Azurite.</summary>
public sealed class RevokingTests(AppBench bench) : IClassFixture<AppBench>
{
    private static readonly TimeSpan Later = TimeSpan.FromSeconds(3);

    [Fact]
    public async Task Revoke_ByIdTagNameAndQueue_EndsWhatWaitsAndNothingElse()
    {
        bench.SkipWithoutAzurite();

        // Nobody listens to the low queue: what lies there is only taken by the purge.
        await using var app = bench.StartApp(bench.NewFolder(), new Dictionary<string, string> { ["AzureWebJobs_CelerityRunLow_Disabled"] = "true" });
        using var client = await AppBench.ConnectAsync(app);
        await client.WaitUntilReadyAsync();
        var queue = new QueueClient(bench.ConnectionString, "celerity-default");
        var low = new QueueClient(bench.ConnectionString, "celerity-low");
        await queue.SendMessageAsync(Task("by-id"), Later);
        await queue.SendMessageAsync(Task("by-tag", "red"), Later);
        await queue.SendMessageAsync(Task("by-name"), TimeSpan.FromSeconds(6));
        await low.SendMessageAsync($$"""{"v":1,"batch":[{{Task("low-1")}},{{Task("low-2")}}]}""");
        await low.SendMessageAsync(Task("low-3"));

        await AcceptAsync(client, "api/tasks/by-id/revoke", "");
        await AcceptAsync(client, "api/revocations", """{"tag":"red"}""");
        using var purged = await client.PostTextAsync("api/queues/celerity-low/purge", "");
        Assert.Equal(3, JsonDocument.Parse(await purged.Content.ReadAsStringAsync()).RootElement.GetProperty("revoked").GetInt32());
        Assert.Equal(["Revoked", "Revoked", "Revoked", "Revoked", "Revoked"], await bench.WaitForTasksAsync("by-id", "by-tag", "low-1", "low-2", "low-3"));
        await AcceptAsync(client, "api/revocations", """{"task":"airports.geocode"}""");
        Assert.Equal(["Revoked"], await bench.WaitForTasksAsync("by-name"));

        await queue.SendMessageAsync(Task("afterwards", "red"));
        Assert.Equal(["Succeeded"], await bench.WaitForTasksAsync("afterwards"));
        await RefuseAsync(client, "api/revocations", "{}", HttpStatusCode.BadRequest, "CEL0302");
        await RefuseAsync(client, "api/revocations", "[]", HttpStatusCode.BadRequest, "CEL0302");
        await RefuseAsync(client, "api/revocations", """{"tag":"a","task":"b"}""", HttpStatusCode.BadRequest, "CEL0302");
        await RefuseAsync(client, "api/revocations", """{"task":"no.such"}""", HttpStatusCode.NotFound, "CEL0201");
        await RefuseAsync(client, "api/queues/no-such/purge", "", HttpStatusCode.BadRequest, "CEL0231");
        Assert.Equal(0, await app.StopAsync());
    }

    private static string Task(string id, string tag = "blue") =>
        $$"""{"id":"{{id}}","task":"airports.geocode","payload":{"code":"SFO"},"tags":["{{tag}}"]}""";

    private static async Task AcceptAsync(RunClient client, string path, string body)
    {
        using var response = await client.PostTextAsync(path, body);
        Assert.True(response.StatusCode == HttpStatusCode.Accepted, await response.Content.ReadAsStringAsync());
    }

    private static async Task RefuseAsync(RunClient client, string path, string body, HttpStatusCode status, string code)
    {
        using var response = await client.PostTextAsync(path, body);
        var text = await response.Content.ReadAsStringAsync();
        Assert.True(response.StatusCode == status && text.Contains($"\"code\":\"{code}\"", StringComparison.Ordinal), $"{path} {body}: {response.StatusCode} {text}");
    }
}
