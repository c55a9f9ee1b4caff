using System.Collections.Concurrent;
using System.Net;
using Celerity.Live;
using Celerity.Storage;
using Celerity.TestKit.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Xunit;
using static Celerity.Functions.Tests.Pipelines.CountedApp;

namespace Celerity.Functions.Tests.Pipelines;

/// <summary>Runs that are suspended, cloned and late, in the app itself on the virtual clock.</summary>
public sealed class RunControlTests
{
    private static readonly ActionNote Note = new("ada");

    private static readonly object Request = new { source = new { container = "datasets", blob = "numbers.csv", chunkSize = 2 }, tolerance = new { failedChunks = 5 } };

    [Fact]
    public async Task Suspend_OverHttp_HoldsTheRunUntilItIsResumed()
    {
        await using var host = await StartAsync(bad: []);
        var id = await StartSuspendedAsync(host, "");

        Assert.False((await PostAsync(host, $"runs/{id}/suspend", new { })).GetProperty("changed").GetBoolean());
        await host.AdvanceAsync(TimeSpan.FromMinutes(30));
        Assert.Equal("suspended", Text(await GetAsync(host, $"runs/{id}"), "state"));
        Assert.Equal(id, Text((await GetAsync(host, "runs?state=suspended")).GetProperty("runs")[0], "id"));
        Assert.Empty(Book(host).Ran);
        Assert.True((await PostAsync(host, $"runs/{id}/resume", new { who = "ada" })).GetProperty("changed").GetBoolean());

        var run = await EndOfAsync(host, id);
        Assert.Equal(("succeeded", 820), (Text(run, "state"), run.GetProperty("result").GetInt32()));
        Assert.Equal(40, Book(host).Ran.Count);
        Assert.Equal("CEL0316", Text(await PostAsync(host, $"runs/{id}/suspend", new { }, HttpStatusCode.Conflict), "code"));
        await PostAsync(host, "runs/018f0000000070008000000000000000/resume", new { }, HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task Chunk_AtWork_KeepsTheClockStanding()
    {
        await using var host = await StartAsync(bad: []);
        var passed = new ConcurrentBag<TimeSpan>();
        Book(host).Before = async () =>
        {
            var began = host.Now;
            for (var turn = 0; turn < 1000; turn++)
            {
                await Task.Yield();
            }

            passed.Add(host.Now - began);
        };

        _ = await RunAsync(host);

        Assert.Equal(Enumerable.Repeat(TimeSpan.Zero, 20), passed);
    }

    [Fact]
    public async Task Run_ThatHasNotEnded_IsAmongWhatIsToldLive()
    {
        await using var host = await StartAsync(bad: []);
        var live = host.Services.GetRequiredService<LiveRuns>();
        Assert.Empty(await live.LookAsync());
        var id = await StartSuspendedAsync(host, "");
        await host.AdvanceAsync(TimeSpan.FromMinutes(5));

        var held = await live.LookAsync();
        await PostAsync(host, $"runs/{id}/resume", new { who = "ada" });
        _ = await EndOfAsync(host, id);

        Assert.Equal([new LiveRun(id, "counted", RunState.Suspended, ChunksDone: 0, ChunksTotal: 20, Records: 0)], held);
        Assert.Empty(await live.LookAsync());
    }

    [Fact]
    public async Task Suspend_OfARunThatIsThenCancelled_Ends()
    {
        await using var host = await StartAsync(bad: []);
        var id = await StartSuspendedAsync(host, "");

        await PostAsync(host, $"runs/{id}/cancel", new { }, HttpStatusCode.Accepted);

        Assert.Equal("cancelled", Text(await EndOfAsync(host, id), "state"));
    }

    [Fact]
    public async Task Deadline_OfASuspendedRun_FailsIt_AndARestartHasAsMuchTime()
    {
        await using var host = await StartAsync(bad: []);
        var id = await StartSuspendedAsync(host, "?deadline=PT30M");
        await host.AdvanceAsync(TimeSpan.FromMinutes(30));

        var late = await EndOfAsync(host, id);
        Assert.Equal(("failed", "CEL0361"), (Text(late, "state"), Text(late.GetProperty("failures")[0], "code")));
        var took = late.GetProperty("endedAt").GetDateTimeOffset() - late.GetProperty("createdAt").GetDateTimeOffset();
        Assert.InRange(took, TimeSpan.FromMinutes(30), TimeSpan.FromMinutes(34));

        await PostAsync(host, $"runs/{id}/restart", new { }, HttpStatusCode.Accepted);
        Assert.Equal("succeeded", Text(await EndOfAsync(host, id, generation: 2), "state"));
        foreach (var wrong in new[] { "deadline=10", "deadline=PT0S", "deadline=1999-01-01T00:00:00Z", "deadline=2030-01-01T00:00:00" })
        {
            Assert.Equal("CEL0308", Text(await PostAsync(host, $"pipelines/counted?{wrong}", Request, HttpStatusCode.BadRequest), "code"));
        }
    }

    [Fact]
    public async Task Clone_OverHttp_RunsTheChangedRequestAndIsLinked()
    {
        await using var host = await StartAsync(bad: []);
        var first = await PostAsync(host, "pipelines/counted?tag=eu&deadline=P1D", Request, HttpStatusCode.Accepted);
        _ = await EndOfAsync(host, Text(first, "id"));

        var path = $"runs/{Text(first, "id")}/clone?idempotencyKey=again";
        var clone = await PostAsync(host, path, new { source = new { chunkSize = 10 }, tolerance = new { failedChunks = (int?)null } }, HttpStatusCode.Accepted);
        Assert.True((await PostAsync(host, path, new { }, HttpStatusCode.Accepted)).GetProperty("existing").GetBoolean());

        var run = await EndOfAsync(host, Text(clone, "id"));
        Assert.NotEqual(Text(first, "id"), Text(run, "id"));
        Assert.Equal((Text(first, "id"), "succeeded", 4), (Text(run, "cloneOf"), Text(run, "state"), run.GetProperty("progress").GetProperty("chunksTotal").GetInt32()));
        Assert.Equal(["eu"], run.GetProperty("tags").EnumerateArray().Select(tag => tag.GetString()));
        Assert.Equal(TimeSpan.FromDays(1), run.GetProperty("deadline").GetDateTimeOffset() - run.GetProperty("createdAt").GetDateTimeOffset());
        Assert.Equal("CEL0302", Text(await PostAsync(host, $"runs/{Text(first, "id")}/clone", new { sauce = 1 }, HttpStatusCode.BadRequest), "code"));
        Assert.Equal("CEL0302", Text(await PostAsync(host, $"runs/{Text(first, "id")}/clone", new[] { 1 }, HttpStatusCode.BadRequest), "code"));
        await PostAsync(host, "runs/018f0000000070008000000000000000/clone", new { }, HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task Purge_OverHttp_OfOneAndOfMany_LeavesNothingOfThem()
    {
        await using var host = await StartAsync(bad: [13]);
        var id = await RunAsync(host);
        var kept = Text(await PostAsync(host, "pipelines/counted", Request, HttpStatusCode.Accepted), "id");
        var old = Text(await PostAsync(host, "pipelines/counted?tag=old", Request, HttpStatusCode.Accepted), "id");
        _ = await EndOfAsync(host, kept);
        _ = await EndOfAsync(host, old);

        var gone = await PostAsync(host, $"runs/{id}", new { who = "ada" }, method: HttpMethod.Delete);
        var deleted = gone.GetProperty("deleted");
        Assert.Equal(("purging", 1, 3), (Text(gone, "state"), deleted.GetProperty("letters").GetInt32(), deleted.GetProperty("instances").GetInt32()));
        Assert.InRange(deleted.GetProperty("blobs").GetInt32(), 2, 10);
        Assert.Equal("CEL0362", Text(await PostAsync(host, $"runs/{id}/restart", new { }, HttpStatusCode.Conflict), "code"));
        Assert.Equal("purging", Text(await GetAsync(host, $"runs/{id}"), "state"));

        var preview = await PostAsync(host, "runs/purge", new { filter = new { tag = "old", before = "2100-01-01T00:00:00Z" }, dryRun = true });
        Assert.Equal((1, old), (preview.GetProperty("affected").GetInt32(), preview.GetProperty("sample")[0].GetString()));
        var action = await PostAsync(host, "runs/purge", new { filter = new { tag = "old" }, who = "ada" }, HttpStatusCode.Accepted);
        Assert.Equal((1, true), (action.GetProperty("marked").GetInt32(), action.GetProperty("isMarked").GetBoolean()));
        await host.AdvanceAsync(TimeSpan.FromMinutes(65));

        await PostAsync(host, $"runs/{id}", new { }, HttpStatusCode.NotFound, HttpMethod.Delete);
        Assert.Equal([kept], (await GetAsync(host, "runs")).GetProperty("runs").EnumerateArray().Select(run => Text(run, "id")));
        Assert.Equal(0, (await GetAsync(host, $"dead-letters?run={id}")).GetProperty("letters").GetArrayLength());
        Assert.True((await GetAsync(host, $"run-purges/{Text(action, "id")}")).TryGetProperty("endedAt", out _));
        Assert.Equal(1, (await GetAsync(host, "run-purges")).GetProperty("purges").GetArrayLength());
        foreach (var wrong in new object[] { new { }, new { filter = new { stat = "failed" } }, new { filter = new { before = "2030-01-01T00:00:00" } }, new { filter = new { tag = "" } } })
        {
            Assert.Equal("CEL0302", Text(await PostAsync(host, "runs/purge", wrong, HttpStatusCode.BadRequest), "code"));
        }
    }

    // The queue is paused meanwhile, so that no chunk runs before the run is suspended.
    private static async Task<string> StartSuspendedAsync(FunctionTestHost host, string query)
    {
        var control = host.Services.GetRequiredService<IAppControl>();
        await control.PauseQueueAsync(StorageNames.ChunksQueue, Note, TestContext.Current.CancellationToken);
        var id = Text(await PostAsync(host, $"pipelines/counted{query}", Request, HttpStatusCode.Accepted), "id");
        await UntilAsync(host, async () => (await GetAsync(host, $"runs/{id}")).GetProperty("progress").GetProperty("chunksTotal").GetInt32() > 0);
        var changed = await PostAsync(host, $"runs/{id}/suspend", new { who = "ada", why = "the disk is full" });
        Assert.Equal((true, "suspended"), (changed.GetProperty("changed").GetBoolean(), Text(changed.GetProperty("run"), "state")));
        await control.ResumeQueueAsync(StorageNames.ChunksQueue, Note, TestContext.Current.CancellationToken);
        return id;
    }
}
