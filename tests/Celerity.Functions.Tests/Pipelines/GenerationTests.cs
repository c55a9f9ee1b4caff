using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Celerity.Functions.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Xunit;
using static Celerity.Functions.Tests.Pipelines.CountedApp;

namespace Celerity.Functions.Tests.Pipelines;

/// <summary>Runs that start again, in the app itself on the virtual clock: HTTP, the orchestrations, the queue.</summary>
public sealed class GenerationTests
{
    [Fact]
    public async Task RetryFailed_OverHttp_RunsWhatFailedAndShowsBothGenerations()
    {
        await using var host = await StartAsync(bad: [13, 34]);
        var id = await RunAsync(host);
        var first = await EndOfAsync(host, id);
        Assert.Equal(("succeededWithErrors", 2), (Text(first, "state"), first.GetProperty("progress").GetProperty("chunksFailed").GetInt32()));
        Book(host).Bad.Clear();
        Book(host).Ran.Clear();
        var isRefused = new TaskCompletionSource();
        Book(host).Before = () => isRefused.Task;

        var again = await PostAsync(host, $"runs/{id}/retry-failed", new { who = "ada", why = "mended" }, HttpStatusCode.Accepted);
        Assert.Equal((id, 2), (Text(again, "id"), again.GetProperty("generation").GetInt32()));
        var refused = await PostAsync(host, $"runs/{id}/retry-failed", new { }, HttpStatusCode.Conflict);
        Assert.Equal("CEL0345", Text(refused, "code"));
        isRefused.SetResult();
        var second = await EndOfAsync(host, id, generation: 2);
        Assert.Equal(("succeeded", 2, 820), (Text(second, "state"), second.GetProperty("generation").GetInt32(), second.GetProperty("result").GetInt32()));
        Assert.Equal([13, 14, 33, 34], Book(host).Ran.Order());
        Assert.Equal(
            """{"generation":2,"restart":"failed","who":"ada","why":"mended","before":"succeededWithErrors"}""",
            JsonSerializer.Serialize(second.GetProperty("generations")[0].EnumerateObject().Where(part => part.Name != "at").ToDictionary(part => part.Name, part => part.Value)));
        Assert.Equal("CEL0346", Text(await PostAsync(host, $"runs/{id}/retry-failed", new { }, HttpStatusCode.Conflict), "code"));
        Assert.Equal("CEL0308", Text(await PostAsync(host, $"runs/{id}/restart?stage=2", new { }, HttpStatusCode.BadRequest), "code"));
        await PostAsync(host, "runs/018f0000000070008000000000000000/retry-failed", new { }, HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task Replay_OfAChunksLetterOverHttp_StartsItsRunAtOnce()
    {
        await using var host = await StartAsync(bad: [13, 34]);
        var id = await RunAsync(host);
        Book(host).Bad.Clear();
        Book(host).Ran.Clear();
        var letter = (await GetAsync(host, $"dead-letters?run={id}")).GetProperty("letters").EnumerateArray().Single(letter => letter.GetProperty("chunk").GetInt32() == 6);

        var action = await PostAsync(host, $"dead-letters/{Text(letter, "id")}/replay", new { who = "ada" });
        Assert.Equal($"{id}.g2.s1.c6", Text(action, "taskId"));
        var run = await EndOfAsync(host, id, generation: 2);
        Assert.Equal([13, 14], Book(host).Ran.Order());
        Assert.Equal(("succeededWithErrors", 1), (Text(run, "state"), run.GetProperty("progress").GetProperty("chunksFailed").GetInt32()));
        Assert.Equal("replayed", Text(await GetAsync(host, $"dead-letters/{Text(letter, "id")}"), "state"));
    }

    [Fact]
    public async Task Replay_OfManyByCode_BeginsByItself_WhateverCrashes()
    {
        await using var host = await StartAsync(bad: [13, 34]);
        var id = await RunAsync(host);
        await host.Services.GetRequiredService<IDeadLetters>().ReplayAsync(
            new DeadLetterFilter(), new ReplayOptions(), new ActionNote("ada"), TestContext.Current.CancellationToken);
        await host.CrashAsync();
        await host.Services.GetRequiredService<StorageReadiness>().Ready;

        var run = await EndOfAsync(host, id, generation: 2);
        Assert.Equal(("succeeded", 2, 820), (Text(run, "state"), run.GetProperty("generation").GetInt32(), run.GetProperty("result").GetInt32()));
    }

    [Fact]
    public async Task Start_WithAKeyAndTags_IsOneRunThatIsFoundByThem()
    {
        await using var host = await StartAsync(bad: []);
        var request = new { source = new { container = "datasets", blob = "numbers.csv" }, tolerance = new { } };

        var first = await PostAsync(host, "pipelines/counted?idempotencyKey=2030-01&tag=monthly&tag=eu", request, HttpStatusCode.Accepted);
        var again = await PostAsync(host, "pipelines/counted?idempotencyKey=2030-01", request, HttpStatusCode.Accepted);
        var other = await PostAsync(host, "pipelines/counted", request, HttpStatusCode.Accepted);
        _ = await EndOfAsync(host, Text(first, "id"));
        _ = await EndOfAsync(host, Text(other, "id"));

        Assert.Equal((Text(first, "id"), false, true), (Text(again, "id"), first.GetProperty("existing").GetBoolean(), again.GetProperty("existing").GetBoolean()));
        var tagged = (await GetAsync(host, "runs?tag=eu&state=succeeded&pipeline=counted")).GetProperty("runs");
        Assert.Equal([Text(first, "id")], tagged.EnumerateArray().Select(run => Text(run, "id")));
        Assert.Equal(
            new[] { Text(other, "id"), Text(first, "id") }.Order(), (await GetAsync(host, "runs")).GetProperty("runs").EnumerateArray().Select(run => Text(run, "id")).Order());
        Assert.Equal(["monthly", "eu"], (await GetAsync(host, $"runs/{Text(first, "id")}")).GetProperty("tags").EnumerateArray().Select(tag => tag.GetString()));
        foreach (var wrong in new[] { "state=gone", "since=2030-01-01T00:00:00", "pipeline=", "tag=a&tag=b", "limit=0" })
        {
            using var response = await host.Http.GetAsync($"/api/runs?{wrong}");
            Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        }

        using var empty = await host.Http.PostAsJsonAsync("/api/pipelines/counted?idempotencyKey=", request);
        Assert.Equal(HttpStatusCode.BadRequest, empty.StatusCode);
    }
}
