using Azure.Storage.Queues;
using Xunit;

namespace Celerity.Functions.Tests.EndToEnd;

/// <summary>A stage with a rate limit whose queue is paused and resumed over HTTP, in a real process on Azurite.</summary>
public sealed class LimitedStageTests(AppBench bench) : IClassFixture<AppBench>
{
    [Fact]
    public async Task LimitedStage_PausedAndResumed_EndsEachChunkOnce()
    {
        bench.SkipWithoutAzurite();
        await bench.UploadAsync("limited.csv", AppBench.Flights(300));
        await using var app = bench.StartApp(bench.NewFolder(), new Dictionary<string, string>
        {
            ["Celerity__Stages__ChunksPerSlice"] = "4",
            ["Celerity__Stages__DelaysByAirport__RateLimit"] = "20/s burst 2",
            ["Celerity__Stages__DelaysByAirport__Concurrency"] = "1",
        });
        using var client = await AppBench.ConnectAsync(app);
        await client.WaitUntilReadyAsync();
        var held = new QueueClient(bench.ConnectionString, "celerity-chunks-held");

        using (var paused = await client.PostTextAsync("api/queues/celerity-chunks/pause", ""))
        {
            Assert.True(paused.IsSuccessStatusCode, await paused.Content.ReadAsStringAsync());
        }

        var id = await client.StartAsync(RunClient.Flights("limited.csv"));
        using (var timeout = new CancellationTokenSource(TimeSpan.FromMinutes(1)))
        using (var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(100)))
        {
            while ((await held.PeekMessageAsync(timeout.Token)).Value is null)
            {
                await timer.WaitForNextTickAsync(timeout.Token);
            }
        }

        using (var resumed = await client.PostTextAsync("api/queues/celerity-chunks/resume", ""))
        {
            Assert.True(resumed.IsSuccessStatusCode, await resumed.Content.ReadAsStringAsync());
        }

        var run = await client.WaitAsync(id);
        Assert.Equal("succeeded", run.GetProperty("state").GetString());
        Assert.Equal((30, 300), (run.GetProperty("progress").GetProperty("chunksDone").GetInt32(), run.GetProperty("progress").GetProperty("recordsDone").GetInt32()));
        Assert.Equal(0, await app.StopAsync());
    }
}
