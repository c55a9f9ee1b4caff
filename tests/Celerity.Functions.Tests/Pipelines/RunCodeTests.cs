using System.Text.Json.Nodes;
using Celerity.Functions.Hosting;
using Celerity.Storage;
using Celerity.TestKit.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Xunit;
using static Celerity.Functions.Tests.Pipelines.CountedApp;

namespace Celerity.Functions.Tests.Pipelines;

/// <summary>Runs that are started, changed and looked at by code, in the app itself on the virtual clock; each call is followed by a crash.</summary>
public sealed class RunCodeTests
{
    private const string NoRun = "018f0000000070008000000000000000";

    private static readonly ActionNote Note = new("ada", "mended");

    private static readonly CountedRequest Request = new(new DatasetSource { Container = "datasets", Blob = "numbers.csv", ChunkSize = 2 }, new Tolerance { FailedChunks = 5 });

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Start_ThenACrash_IsOneRunThatEnds(bool hasClient)
    {
        await using var host = await StartAsync(bad: []);
        await host.AdvanceAsync(hasClient ? TimeSpan.FromMinutes(1) : TimeSpan.Zero);
        await HoldChunksAsync(host);
        var options = new PipelineStartOptions { Tags = ["eu", "eu", "monthly"], IdempotencyKey = "2030-01", TimeLimit = TimeSpan.FromDays(1) };

        var started = await Pipelines(host).StartAsync("Counted", Request, options, Cancelled);
        await CrashAsync(host);
        await LetChunksGoAsync(host);
        var again = await Pipelines(host).StartAsync("counted", new { }, options, Cancelled);
        _ = await EndOfAsync(host, started.Id);

        Assert.Equal((started.Id, false, true), (again.Id, started.IsExisting, again.IsExisting));
        var run = (await Results(host).FindAsync(started.Id, Cancelled))!;
        Assert.Equal((RunState.Succeeded, "counted", 820, 20), (run.State, run.Pipeline, run.Result!.Value.GetInt32(), run.Progress.ChunksDone));
        Assert.Equal(["eu", "monthly"], run.Tags);
        Assert.Equal((TimeSpan.FromDays(1), started.Deadline), (run.Deadline - run.CreatedAt, run.Deadline));
        Assert.Equal(Enumerable.Range(1, 40), Book(host).Ran.Order());
        Assert.Equal([started.Id], (await Results(host).ListAsync(new RunFilter { Tag = "eu" }, cancellationToken: Cancelled)).Runs.Select(listed => listed.Id));
    }

    [Fact]
    public async Task Start_WhereAClientIsAtHand_BeginsAtOnce()
    {
        await using var host = await StartAsync(bad: []);
        await host.AdvanceAsync(TimeSpan.FromMinutes(1));

        var started = await Pipelines(host).StartAsync("counted", Request, cancellationToken: Cancelled);
        await host.AdvanceAsync(TimeSpan.FromSeconds(5));

        Assert.NotEqual(RunState.Pending, (await Results(host).FindAsync(started.Id, Cancelled))!.State);
    }

    [Fact]
    public async Task Start_ThatCannotBe_IsRefusedAsOverHttp_AndStartsNothing()
    {
        await using var host = await StartAsync(bad: []);
        var pipelines = Pipelines(host);

        await RefusedAsync("CEL0301", () => pipelines.StartAsync("gone", Request, cancellationToken: Cancelled));
        await RefusedAsync("CEL0302", () => pipelines.StartAsync("counted", new { sauce = 1 }, cancellationToken: Cancelled));
        await RefusedAsync("CEL0302", () => pipelines.StartAsync("counted", cancellationToken: Cancelled));
        await RefusedAsync("CEL0313", () => pipelines.CloneAsync(NoRun, cancellationToken: Cancelled));
        await RefusedAsync("CEL0313", () => pipelines.CloneAsync("no/id", cancellationToken: Cancelled));
        foreach (var options in new PipelineStartOptions[]
        {
            new() { Tags = [""] },
            new() { Tags = [.. Enumerable.Range(0, 21).Select(number => $"{number}")] },
            new() { IdempotencyKey = "" },
            new() { TimeLimit = TimeSpan.Zero },
            new() { TimeLimit = TimeSpan.FromDays(366) },
        })
        {
            await RefusedAsync("CEL0308", () => pipelines.StartAsync("counted", Request, options, Cancelled));
        }

        Assert.Empty((await Results(host).ListAsync(cancellationToken: Cancelled)).Runs);
        Assert.Null(await Results(host).FindAsync(NoRun, Cancelled));
        Assert.Null(await Results(host).WaitAsync("no/id", TimeSpan.Zero, Cancelled));
        await RefusedAsync("CEL0308", () => Results(host).ListAsync(limit: 201, cancellationToken: Cancelled));
        await RefusedAsync("CEL0313", () => Results(host).ListAsync(after: "no/id", cancellationToken: Cancelled));
    }

    [Fact]
    public async Task Clone_ThenACrash_RunsTheChangedRequest()
    {
        await using var host = await StartAsync(bad: []);
        var first = await Pipelines(host).StartAsync("counted", Request, new PipelineStartOptions { Tags = ["eu"], TimeLimit = TimeSpan.FromDays(1) }, Cancelled);
        _ = await EndOfAsync(host, first.Id);

        var clone = await Pipelines(host).CloneAsync(
            first.Id, new JsonObject { ["source"] = new JsonObject { ["chunkSize"] = 10 }, ["tolerance"] = new JsonObject { ["failedChunks"] = null } }, cancellationToken: Cancelled);
        await CrashAsync(host);
        _ = await EndOfAsync(host, clone.Id);

        var run = (await Results(host).FindAsync(clone.Id, Cancelled))!;
        Assert.Equal((first.Id, RunState.Succeeded, 4, TimeSpan.FromDays(1)), (run.CloneOf, run.State, run.Progress.ChunksTotal, run.Deadline - run.CreatedAt));
        Assert.Equal(["eu"], run.Tags);
    }

    [Fact]
    public async Task RetryFailed_ThenACrash_RunsWhatFailed()
    {
        await using var host = await StartAsync(bad: [13, 34]);
        var id = await RunAsync(host);
        await HoldChunksAsync(host);

        Assert.Equal(2, await Control(host).RetryFailedAsync(id, Note, Cancelled));
        await RefusedAsync("CEL0345", () => Control(host).RetryFailedAsync(id, Note, Cancelled));
        await CrashAsync(host);
        await LetChunksGoAsync(host);
        _ = await EndOfAsync(host, id, generation: 2);

        Assert.Equal([13, 14, 33, 34], Book(host).Ran.Order());
        var run = (await Results(host).FindAsync(id, Cancelled))!;
        Assert.Equal((RunState.Succeeded, 820), (run.State, run.Result!.Value.GetInt32()));
        var generation = Assert.Single(run.Generations);
        Assert.Equal(
            (2, RestartKind.Failed, "ada", "mended", RunState.SucceededWithErrors), (generation.Generation, generation.Restart, generation.Who, generation.Why, generation.Before));
        await RefusedAsync("CEL0346", () => Control(host).RetryFailedAsync(id, Note, Cancelled));
        await RefusedAsync("CEL0313", () => Control(host).RetryFailedAsync(NoRun, Note, Cancelled));
    }

    [Fact]
    public async Task Restart_ThenACrash_RunsAllAnew()
    {
        await using var host = await StartAsync(bad: []);
        var id = await RunAsync(host);
        await HoldChunksAsync(host);

        await RefusedAsync("CEL0308", () => Control(host).RestartAsync(id, Note, stage: 2, Cancelled));
        Assert.Equal(2, await Control(host).RestartAsync(id, Note, cancellationToken: Cancelled));
        await CrashAsync(host);
        await LetChunksGoAsync(host);
        _ = await EndOfAsync(host, id, generation: 2);

        Assert.Equal(Enumerable.Range(1, 40), Book(host).Ran.Order());
        await RefusedAsync("CEL0313", () => Control(host).RestartAsync("no/id", Note, cancellationToken: Cancelled));
    }

    [Fact]
    public async Task Cancel_ThenACrash_EndsTheRun_AndIsInTheAudit()
    {
        await using var host = await StartAsync(bad: []);
        var started = await Pipelines(host).StartAsync("counted", Request, cancellationToken: Cancelled);

        Assert.Equal(RunState.Cancelling, (await Control(host).CancelAsync(started.Id, Note, Cancelled)).State);
        await RefusedAsync("CEL0316", () => Control(host).SuspendAsync(started.Id, Note, Cancelled));
        await RefusedAsync("CEL0345", () => Control(host).PurgeAsync(started.Id, Note, Cancelled));
        await CrashAsync(host);
        _ = await EndOfAsync(host, started.Id);

        Assert.Equal(RunState.Cancelled, (await Results(host).FindAsync(started.Id, Cancelled))!.State);
        Assert.Empty(Book(host).Ran);
        var audit = await host.Services.GetRequiredService<IAppControl>().ListAuditAsync(cancellationToken: Cancelled);
        Assert.Contains(audit.Records, record => (record.What, record.Target, record.Who, record.Why) == ("runs.cancel", started.Id, "ada", "mended"));
        await RefusedAsync("CEL0316", () => Control(host).CancelAsync(started.Id, Note, Cancelled));
        await RefusedAsync("CEL0313", () => Control(host).CancelAsync(NoRun, Note, Cancelled));
    }

    [Fact]
    public async Task Purge_OfOneAndOfMany_ThenACrash_LeavesNothingOfThem()
    {
        await using var host = await StartAsync(bad: [13]);
        var id = await RunAsync(host);
        var old = await Pipelines(host).StartAsync("counted", Request, new PipelineStartOptions { Tags = ["old"] }, Cancelled);
        var kept = await Pipelines(host).StartAsync("counted", Request, cancellationToken: Cancelled);
        _ = await EndOfAsync(host, old.Id);
        _ = await EndOfAsync(host, kept.Id);
        var filter = new RunFilter { Tag = "old" };

        var gone = await Control(host).PurgeAsync(id, Note, Cancelled);
        var preview = await Control(host).PreviewPurgeAsync(filter, Cancelled);
        var action = await Control(host).PurgeAsync(filter, Note, Cancelled);
        await CrashAsync(host);

        Assert.Equal((id, RunState.Purging, 1, 3), (gone.Id, gone.State, gone.Deleted.Letters, gone.Deleted.Instances));
        Assert.InRange(gone.GoneAt - host.Now, TimeSpan.FromMinutes(10), TimeSpan.FromMinutes(60));
        Assert.Equal((1, 1, false, old.Id), (preview.Looked, preview.Affected, preview.IsPartial, Assert.Single(preview.Sample)));
        Assert.Equal((1, 1, true, "ada"), (action.Marked, action.Left, action.IsMarked, action.Who));
        await RefusedAsync("CEL0362", () => Control(host).RestartAsync(id, Note, cancellationToken: Cancelled));
        await host.AdvanceAsync(TimeSpan.FromMinutes(65));
        Assert.Equal([kept.Id], (await Results(host).ListAsync(cancellationToken: Cancelled)).Runs.Select(run => run.Id));
        Assert.NotNull((await Control(host).FindPurgeAsync(action.Id, Cancelled))!.EndedAt);
        Assert.Equal([action.Id], (await Control(host).ListPurgesAsync(Cancelled)).Select(purge => purge.Id));
        Assert.Null(await Control(host).FindPurgeAsync("none", Cancelled));
        await RefusedAsync("CEL0313", () => Control(host).PurgeAsync(id, Note, Cancelled));
    }

    [Fact]
    public async Task SuspendAndResume_EachThenACrash_RunsAllInTheEnd()
    {
        await using var host = await StartAsync(bad: []);
        var started = await Pipelines(host).StartAsync("counted", Request, cancellationToken: Cancelled);

        Assert.True(await Control(host).SuspendAsync(started.Id, Note, Cancelled));
        await CrashAsync(host);
        await host.AdvanceAsync(TimeSpan.FromMinutes(30));
        Assert.Equal(RunState.Suspended, (await Results(host).FindAsync(started.Id, Cancelled))!.State);
        Assert.Empty(Book(host).Ran);
        await HoldChunksAsync(host);
        Assert.True(await Control(host).ResumeAsync(started.Id, Note, Cancelled));
        await CrashAsync(host);
        await LetChunksGoAsync(host);
        _ = await EndOfAsync(host, started.Id);

        Assert.Equal(Enumerable.Range(1, 40), Book(host).Ran.Order());
        await RefusedAsync("CEL0313", () => Control(host).ResumeAsync("no/id", Note, Cancelled));
    }

    private static IPipelines Pipelines(FunctionTestHost host) => host.Services.GetRequiredService<IPipelines>();

    private static IRunControl Control(FunctionTestHost host) => host.Services.GetRequiredService<IRunControl>();

    private static IRunResults Results(FunctionTestHost host) => host.Services.GetRequiredService<IRunResults>();

    // What runs before the crash is not in the book of the process after it.
    private static Task<bool> HoldChunksAsync(FunctionTestHost host) =>
        host.Services.GetRequiredService<IAppControl>().PauseQueueAsync(StorageNames.ChunksQueue, Note, Cancelled);

    private static Task<bool> LetChunksGoAsync(FunctionTestHost host) =>
        host.Services.GetRequiredService<IAppControl>().ResumeQueueAsync(StorageNames.ChunksQueue, Note, Cancelled);

    private static async Task CrashAsync(FunctionTestHost host)
    {
        await host.CrashAsync();
        await host.Services.GetRequiredService<StorageReadiness>().Ready;
    }

    private static async Task RefusedAsync(string code, Func<Task> call) => Assert.Equal(code, (await Assert.ThrowsAsync<CelerityException>(call)).Code);
}
