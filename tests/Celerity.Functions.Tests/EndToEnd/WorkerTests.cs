using System.Net;
using System.Text.Json;
using Xunit;

namespace Celerity.Functions.Tests.EndToEnd;

/// <summary>A real process that is recycled ends with its code, loses nothing and doubles nothing.</summary>
public sealed class WorkerTests(AppBench bench) : IClassFixture<AppBench>
{
    [Fact]
    public async Task Recycled_UnderLoad_EndsWith200_NothingIsLostOrRunTwice()
    {
        bench.SkipWithoutAzurite();
        await using var sender = bench.StartApp(bench.NewFolder(), new Dictionary<string, string> { ["AzureWebJobs_CelerityRunDefault_Disabled"] = "true" });
        using var client = await AppBench.ConnectAsync(sender);
        await client.WaitUntilReadyAsync();
        await using var worker = bench.StartApp(bench.NewFolder(), new Dictionary<string, string> { ["Celerity__Worker__RecycleAfterTasks"] = "20" });
        var ids = new List<string>();

        // Until it ends, so that some come before it is recycled and some meanwhile. Those that are sent after its end run in the next one.
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(250));
        while (!worker.HasExited)
        {
            ids.AddRange(await SendAsync(client));
            await timer.WaitForNextTickAsync(TestContext.Current.CancellationToken);
        }

        await worker.Exited;
        Assert.True(worker.ExitCode == 200, $"{worker.ExitCode}: {worker.Output}");
        ids.AddRange(await SendAsync(client));
        await using var next = bench.StartApp(bench.NewFolder());
        foreach (var id in ids)
        {
            var task = await GetAsync(client, $"api/tasks/{id}?wait=60");
            Assert.Equal(("succeeded", 1), (task.GetProperty("state").GetString(), task.GetProperty("attempt").GetInt32()));
        }

        await next.StopAsync();
        var workers = (await GetAsync(client, "api/workers")).GetProperty("workers").EnumerateArray().ToList();
        Assert.Equal(["stopped", "stopped", "running"], workers.Select(found => found.GetProperty("state").GetString()));
        Assert.Equal("It has run", workers[1].GetProperty("reason").GetString()![..10]);
        Assert.InRange(workers[1].GetProperty("tasksRun").GetInt64(), 20, ids.Count);
        Assert.Equal(ids.Count, workers.Sum(found => found.GetProperty("tasksRun").GetInt64()));
    }

    private static async Task<IEnumerable<string>> SendAsync(RunClient client)
    {
        using var response = await client.PostTextAsync(
            "api/batches", $"[{string.Join(',', Enumerable.Repeat("""{"task":"airports.geocode","payload":{"code":"SFO"}}""", 5))}]");
        var sent = JsonDocument.Parse(await response.Content.ReadAsStringAsync()).RootElement;
        return sent.GetProperty("ids").EnumerateArray().Select(id => id.GetString()!);
    }

    private static async Task<JsonElement> GetAsync(RunClient client, string path)
    {
        using var response = await client.GetAsync(path);
        var text = await response.Content.ReadAsStringAsync();
        Assert.True(response.StatusCode == HttpStatusCode.OK, text);
        return JsonDocument.Parse(text).RootElement;
    }
}
