using System.Net;
using Xunit;

namespace Celerity.Cli.Tests.Runs;

public sealed class RunsCommandTests : IDisposable
{
    private const string Id = "019b76b06a0070009d0e3f2ab19c55d0";

    private const string Running = $$"""
        {"id":"{{Id}}","pipeline":"flights","state":"running","generation":2,"tags":["eu"],"createdAt":"2026-01-01T10:00:00Z","deadline":"2026-01-01T14:00:00Z",
        "progress":{"chunksDone":30,"chunksTotal":120,"chunksFailed":1,"recordsDone":30000,"recordsTotal":120000,"recordsRejected":7},
        "stages":[{"stage":1,"name":"Delays","progress":{"chunksDone":30,"chunksTotal":120,"chunksFailed":1,"recordsDone":30000,"recordsTotal":120000,"recordsRejected":7},
        "overall":{"chunksPerSecond":0.5,"recordsPerSecond":500},"lastMinute":{"chunksPerSecond":1,"recordsPerSecond":1000},"secondsLeft":90,"oldest":{"chunk":12,"since":"2026-01-01T11:58:00Z"} }],
        "failures":[{"code":"","message":"no \u001b[2J such airport","stage":1,"chunk":4}]}
        """;

    private readonly CommandBench _bench = new();

    private static string Ended => Running.Replace("\"running\"", "\"failed\"", StringComparison.Ordinal).Replace("\"chunksDone\":30", "\"chunksDone\":120", StringComparison.Ordinal);

    public void Dispose() => _bench.Dispose();

    [Fact]
    public async Task List_ShowsRuns_AndAsksForWhatFits()
    {
        using var app = new ScriptedApp((HttpStatusCode.OK, $$"""
            {"runs":[{"id":"{{Id}}","pipeline":"flights","state":"failed","tags":["eu","\u202ebad"],"createdAt":"2026-01-01T10:00:00Z"}],"next":"{{Id}}"}
            """));

        Assert.Equal(ExitCodes.Success, await _bench.RunAsync(app, "runs list --state FAILED --tag eu --before 2026-01-31 --limit 10"));

        Assert.Equal(["GET http://127.0.0.1:7071/api/runs?state=failed&tag=eu&before=2026-01-30T23%3A00%3A00Z&limit=10"], app.Requests);
        Assert.Equal(
            $"""
            failed     2026-01-01 10:00:00Z  flights  #eu # bad
              {Id}
            There are more: --after {Id}

            """,
            _bench.Output);
    }

    [Fact]
    public async Task Show_HasBarsRatesAndFailures_In80Columns()
    {
        using var app = new ScriptedApp((HttpStatusCode.OK, Running));

        Assert.Equal(ExitCodes.Success, await _bench.RunAsync(app, $"runs show {Id}"));

        Assert.Equal(
            $"""
            id         {Id}
            pipeline   flights
            state      running
            generation 2
            tags       eu
            created    2026-01-01 10:00:00Z
            deadline   2026-01-01 14:00:00Z

            stage 1  Delays
              [######..................]  25 %  30 of 120 chunks
              30,000 records, 7 rejected, 1 chunks failed
              1,000.0 records/s, 1.0 chunks/s, about 90 s left
              oldest chunk 12, since 2026-01-01 11:58:00Z
            stage 1, chunk 4:  no  [2J such airport

            """,
            _bench.Output);
        Assert.All(_bench.Output.Split('\n'), line => Assert.InRange(line.Length, 0, 80));
    }

    [Theory]
    [InlineData("runs wait", ExitCodes.RunFailed)]
    [InlineData("runs show --watch", ExitCodes.Success)]
    public async Task Wait_FollowsUntilTheEnd(string command, int exit)
    {
        using var app = new ScriptedApp((HttpStatusCode.OK, Running), (HttpStatusCode.OK, Running), (HttpStatusCode.OK, Ended));

        Assert.Equal(exit, await _bench.RunAsync(app, $"{command} {Id}"));

        Assert.Equal(3, app.Requests.Count);
        Assert.EndsWith($"/api/runs/{Id}?wait=3", app.Requests[^1], StringComparison.Ordinal);
        Assert.Equal("running: 30 of 120 chunks, 30,000 records, 1 chunks failed, 7 records rejected\n", _bench.Error);
    }

    [Fact]
    public async Task Wait_CtrlC_EndsTheWatchingAndSaysWhatGoesOn()
    {
        using var stop = new CancellationTokenSource();
        _bench.Token = stop.Token;
        using var app = new ScriptedApp((HttpStatusCode.OK, Running)) { BeforeAnswer = request => _ = request.Contains("wait", StringComparison.Ordinal) ? Stop() : 0 };

        Assert.Equal(ExitCodes.Cancelled, await _bench.RunAsync(app, $"runs wait {Id}"));

        Assert.Contains($"`celerity runs cancel {Id}` stops it.", _bench.Error, StringComparison.Ordinal);

        int Stop()
        {
            stop.Cancel();
            return 0;
        }
    }

    [Fact]
    public async Task Start_FromAnArgumentOrAFile_PrintsTheId()
    {
        using var folder = new TemporaryFolder();
        var file = Path.Combine(folder.Path, "request.json");
        await File.WriteAllTextAsync(file, """{"a":2}""", TestContext.Current.CancellationToken);
        using var app = new ScriptedApp((HttpStatusCode.Accepted, $$"""{"id":"{{Id}}","existing":false}"""), (HttpStatusCode.Accepted, $$"""{"id":"{{Id}}","existing":true}"""));

        Assert.Equal(ExitCodes.Success, await _bench.RunAsync(app, "runs", "start", "flights", "--request", """{"a":1}""", "--tag", "eu", "--tag", "x y", "--deadline", "PT2H"));
        Assert.Equal(ExitCodes.Success, await _bench.RunAsync(app, "runs", "start", "flights", "--request", file, "--key-once", "may"));

        Assert.Equal(
            [
                """POST http://127.0.0.1:7071/api/pipelines/flights?tag=eu&tag=x y&deadline=PT2H {"a":1}""",
                """POST http://127.0.0.1:7071/api/pipelines/flights?idempotencyKey=may {"a":2}""",
            ],
            app.Requests);
        Assert.Equal($"{Id}\n{Id}  was there before\n", _bench.Output);
        Assert.Equal(ExitCodes.WrongUsage, await _bench.RunAsync(app, "runs", "start", "flights", "--request", "{a"));
    }

    [Theory]
    [InlineData("cancel", "cancel", """{"state":"cancelling"}""", "Asked to stop.")]
    [InlineData("suspend --why x", "suspend", """{"changed":true}""", "Suspended.")]
    [InlineData("suspend", "suspend", """{"changed":false}""", "It was suspended before.")]
    [InlineData("resume", "resume", """{"changed":true}""", "Resumed.")]
    [InlineData("retry-failed", "retry-failed", """{"generation":2}""", "Started as generation 2.")]
    [InlineData("restart --stage 2", "restart?stage=2", """{"generation":3}""", "Started as generation 3.")]
    [InlineData("clone", "clone", """{"id":"019b76b06a0070009d0e3f2ab19c55d1"}""", "019b76b06a0070009d0e3f2ab19c55d1")]
    public async Task Change_IsAskedForAndTold(string command, string path, string answer, string said)
    {
        using var app = new ScriptedApp((HttpStatusCode.OK, answer));

        Assert.Equal(ExitCodes.Success, await _bench.RunAsync(app, $"runs {command} {Id}"));

        Assert.StartsWith($"POST http://127.0.0.1:7071/api/runs/{Id}/{path} {{", Assert.Single(app.Requests), StringComparison.Ordinal);
        Assert.Equal($"{said}\n", _bench.Output);
    }

    [Fact]
    public async Task Purge_OfMany_AsksOnce_AndADryRunChangesNothing()
    {
        const string Preview = $$"""{"looked":12,"affected":9,"sample":["{{Id}}"],"isPartial":false}""";
        using var app = new ScriptedApp((HttpStatusCode.OK, Preview), (HttpStatusCode.OK, Preview), (HttpStatusCode.Accepted, """{"id":"a1","marked":9,"isMarked":true}"""));

        Assert.Equal(ExitCodes.Success, await _bench.RunAsync(app, "runs purge --tag trial --dry-run"));
        Assert.Equal($"Would purge 9 of 12 runs.\n  which: tag trial\n  {Id}\n", _bench.Output);
        _bench.Around = _bench.Around with { CanAsk = true, Input = new StringReader("y\n") };
        Assert.Equal(ExitCodes.Success, await _bench.RunAsync(app, "runs purge --tag trial --why over"));

        Assert.Equal(3, app.Requests.Count);
        Assert.StartsWith("""POST http://127.0.0.1:7071/api/runs/purge {"filter":{"tag":"trial"},"dryRun":true}""", app.Requests[1], StringComparison.Ordinal);
        Assert.Contains("9 runs are marked; the app deletes them by and by: GET /api/run-purges/a1", _bench.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Purge_OfOne_WithoutAnybodyToAsk_ChangesNothing_AndYesDoes()
    {
        using var app = new ScriptedApp(
            (HttpStatusCode.OK, Ended), (HttpStatusCode.OK, Ended), (HttpStatusCode.OK, """{"deleted":{"rows":1200,"blobs":3,"letters":1},"goneAt":"2026-01-01T13:00:00Z"}"""));

        Assert.Equal(ExitCodes.WrongUsage, await _bench.RunAsync(app, $"runs purge {Id}"));
        Assert.Contains("Nobody can be asked here", _bench.Error, StringComparison.Ordinal);
        Assert.Equal(ExitCodes.Success, await _bench.RunAsync(app, $"runs purge {Id} --yes"));

        Assert.StartsWith($"DELETE http://127.0.0.1:7071/api/runs/{Id} ", app.Requests[^1], StringComparison.Ordinal);
        Assert.Equal("Deleted 1,200 rows, 3 blobs and 1 dead letters; what is left goes at 2026-01-01 13:00:00Z.\n", _bench.Output);
    }

    [Theory]
    [InlineData("runs show ../x")]
    [InlineData("runs purge")]
    [InlineData("runs purge 019b76b06a0070009d0e3f2ab19c55d0 --tag x")]
    [InlineData("runs list --state gone")]
    [InlineData("runs list --limit 0")]
    [InlineData("runs restart 019b76b06a0070009d0e3f2ab19c55d0 --stage 0")]
    public async Task WrongUsage_IsToldBeforeAnythingIsAsked(string line)
    {
        using var app = new ScriptedApp((HttpStatusCode.OK, "{}"));

        Assert.Equal(ExitCodes.WrongUsage, await _bench.RunAsync(app, line));

        Assert.Empty(app.Requests);
    }

    [Fact]
    public async Task Refused_SaysWhyAndJsonIsWhatTheAppSaid()
    {
        using var app = new ScriptedApp((HttpStatusCode.Conflict, """{"code":"CEL0316","detail":"It has ended."}"""), (HttpStatusCode.OK, """{"changed":true}"""));

        Assert.Equal(ExitCodes.RunFailed, await _bench.RunAsync(app, $"runs suspend {Id}"));
        Assert.Contains("CEL0316: It has ended.", _bench.Error, StringComparison.Ordinal);
        Assert.Equal(ExitCodes.Success, await _bench.RunAsync(app, $"runs suspend {Id} --json"));
        Assert.Equal("{\n  \"changed\": true\n}\n", _bench.Output);
    }

    [Fact]
    public async Task Help_TeachesByExample()
    {
        Assert.Equal(ExitCodes.Success, await _bench.RunAsync(null, "runs", "--help"));

        Assert.Contains("celerity runs start flight-delays --request may.json --wait", _bench.Output, StringComparison.Ordinal);
        Assert.Contains("retry-failed", _bench.Output, StringComparison.Ordinal);
    }
}
