using System.Net;
using System.Text.Json;
using Azure.Storage.Queues;
using Xunit;

namespace Celerity.Functions.Tests.EndToEnd;

/// <summary>Circuits over HTTP, on real Azurite.</summary>
public sealed class CircuitTests(AppBench bench) : IClassFixture<AppBench>
{
    [Fact]
    public async Task Circuit_ForcedOpen_HoldsItsTasks_AndForcedClosed_RunsThem()
    {
        bench.SkipWithoutAzurite();
        await using var app = bench.StartApp(bench.NewFolder(), new Dictionary<string, string> { ["Celerity__Tasks__airports_geocode__Circuit"] = "geocoder" });
        using var client = await AppBench.ConnectAsync(app);
        await client.WaitUntilReadyAsync();
        var (queue, held) = (new QueueClient(bench.ConnectionString, "celerity-default"), new QueueClient(bench.ConnectionString, "celerity-default-held"));

        Assert.Equal("closed", (await GetAsync(client)).GetProperty("state").GetString());
        Assert.True(await ChangeAsync(client, "open", """{"who":"ada","why":"it is down"}"""));
        Assert.False(await ChangeAsync(client, "open", ""));
        var open = await GetAsync(client);
        Assert.Equal(("open", true, "ada"), (open.GetProperty("state").GetString(), open.GetProperty("isForced").GetBoolean(), open.GetProperty("who").GetString()));
        await queue.SendMessageAsync("""{"id":"a","task":"airports.geocode","payload":{"code":"SFO"}}""");
        await WaitForOneAsync(held);

        Assert.True(await ChangeAsync(client, "close", ""));
        Assert.Equal(["Succeeded"], await bench.WaitForTasksAsync("a"));
        Assert.True(await ChangeAsync(client, "automatic", ""));
        Assert.StartsWith(
            """{"circuits":[{"name":"geocoder","state":"closed","isForced":false,"tasks":["airports.geocode"],""",
            await client.GetTextAsync("api/circuits"),
            StringComparison.Ordinal);

        using var unknown = await client.PostTextAsync("api/circuits/geo/open", "");
        var text = await unknown.Content.ReadAsStringAsync();
        Assert.True(unknown.StatusCode == HttpStatusCode.NotFound && text.Contains("CEL0260", StringComparison.Ordinal), text);
        Assert.Contains("circuit.force-open", await client.GetTextAsync("api/audit"), StringComparison.Ordinal);
        Assert.Equal(0, await app.StopAsync());
    }

    private static async Task<JsonElement> GetAsync(RunClient client) => JsonDocument.Parse(await client.GetTextAsync("api/circuits/geocoder")).RootElement;

    private static async Task<bool> ChangeAsync(RunClient client, string action, string body)
    {
        using var response = await client.PostTextAsync($"api/circuits/geocoder/{action}", body);
        var text = await response.Content.ReadAsStringAsync();
        Assert.True(response.IsSuccessStatusCode, text);
        return JsonDocument.Parse(text).RootElement.GetProperty("changed").GetBoolean();
    }

    private static async Task WaitForOneAsync(QueueClient queue)
    {
        using var timeout = new CancellationTokenSource(TimeSpan.FromMinutes(1));
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(100));
        while ((await queue.PeekMessageAsync(timeout.Token)).Value is null)
        {
            await timer.WaitForNextTickAsync(timeout.Token);
        }
    }
}
