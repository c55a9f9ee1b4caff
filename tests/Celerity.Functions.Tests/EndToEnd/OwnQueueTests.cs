using System.Text.Json;
using Xunit;

namespace Celerity.Functions.Tests.EndToEnd;

/// <summary>A queue of the app's own, with the three-line function that the docs show, in real processes.</summary>
public sealed class OwnQueueTests(AppBench bench) : IClassFixture<AppBench>
{
    private const string Project = "tests/Celerity.SoakApp";
    private const string Poison = "soak-own-poison";

    [Fact]
    public async Task TasksOfAnOwnQueue_AreRoutedThereAndRun_AndItsPoisonQueueIsDrained()
    {
        bench.SkipWithoutAzurite();
        var folder = bench.NewFolder();
        var dieOnce = Path.Combine(folder, "die-once");
        await File.WriteAllTextAsync(dieOnce, "");
        string crasher;
        await using (var doomed = Start(folder))
        {
            using var client = await AppBench.ConnectAsync(doomed);
            await client.WaitUntilReadyAsync();
            var plain = await GetAsync(client, $"{await SendAsync(client, "{}")}?wait=60");
            Assert.Equal(("succeeded", "soak-own"), (Text(plain, "state"), Text(plain, "queue")));

            crasher = await SendAsync(client, JsonSerializer.Serialize(new { dieOnceFile = dieOnce }));
            await doomed.Exited.WaitAsync(TimeSpan.FromMinutes(1));
        }

        // The second delivery is one too many for the host: from its poison queue the task goes on, with its crash counted.
        await using var app = Start(folder);
        using var next = await AppBench.ConnectAsync(app);
        await next.WaitUntilReadyAsync();
        var ended = await MaintainUntilEndedAsync(next, crasher);

        Assert.Equal(("succeeded", "soak-own", 1), (Text(ended, "state"), Text(ended, "queue"), ended.GetProperty("crashes").GetInt32()));
        Assert.Contains(Poison, app.Output, StringComparison.Ordinal);
        await AppBench.WaitUntilEmptyAsync(bench.ConnectionString, Poison);
    }

    private AppProcess Start(string folder) => AppProcess.Start(
        bench.ConnectionString, folder, new Dictionary<string, string> { ["AzureFunctionsJobHost__extensions__queues__maxDequeueCount"] = "1" }, Project);

    private static async Task<string> SendAsync(RunClient client, string payload)
    {
        using var response = await client.PostTextAsync("api/tasks/own.task", payload);
        var text = await response.Content.ReadAsStringAsync();
        Assert.True(response.IsSuccessStatusCode, text);
        return Text(JsonElement.Parse(text), "id");
    }

    // What the timer does each minute, at once: until the host has given the message up, there is nothing to drain.
    private static async Task<JsonElement> MaintainUntilEndedAsync(RunClient client, string id)
    {
        using var timeout = new CancellationTokenSource(TimeSpan.FromMinutes(2));
        while (true)
        {
            timeout.Token.ThrowIfCancellationRequested();
            using var accepted = await client.PostTextAsync("admin/functions/CelerityMaintain", "{}");
            Assert.True(accepted.IsSuccessStatusCode);
            var task = await GetAsync(client, $"{id}?wait=1");
            if (task.TryGetProperty("endedAt", out _))
            {
                return task;
            }
        }
    }

    private static async Task<JsonElement> GetAsync(RunClient client, string id) => JsonElement.Parse(await client.GetTextAsync($"api/tasks/{id}"));

    private static string Text(JsonElement json, string property) => json.GetProperty(property).GetString()!;
}
