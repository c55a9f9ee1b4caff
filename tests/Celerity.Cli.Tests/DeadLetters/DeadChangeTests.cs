using System.Net;
using Celerity.Cli.Tests.Runs;
using Xunit;

namespace Celerity.Cli.Tests.DeadLetters;

/// <summary>The commands that change letters.</summary>
public sealed class DeadChangeTests : IDisposable
{
    private const string Preview = """{"matched":3,"affected":2,"setAside":1,"refused":1,"reasons":["it was \u001b[2J replayed"],"tasks":{"orders.ship":2},"sample":["x"],"isPartial":false}""";
    private const string Running = """{"id":"a1","kind":"replay","state":"running","expected":3,"done":0,"setAside":0,"refused":0}""";
    private const string Completed = """{"id":"a1","kind":"replay","state":"completed","expected":3,"done":2,"setAside":1,"refused":0,"endedAt":"2026-01-01T00:00:00Z"}""";
    private const string Stopped = """{"id":"a1","kind":"replay","state":"stopped","expected":3,"done":1,"setAside":0,"refused":0,"endedAt":"2026-01-01T00:00:00Z","reason":"The task t7 of the canary ended as DeadLettered"}""";
    private const string GoesOn = "The replay a1 goes on without being watched: `celerity dead actions` shows it, `celerity dead cancel a1` stops it.";

    private readonly CommandBench _bench = new();

    public void Dispose() => _bench.Dispose();

    [Fact]
    public async Task ReplayOne_SaysAsWhichTask()
    {
        using var app = new ScriptedApp((HttpStatusCode.OK, """{"id":"a1","kind":"replay","state":"completed","done":1,"taskId":"new-task"}"""));

        Assert.Equal(ExitCodes.Success, await _bench.RunAsync(app, "dead replay some/id --why because"));

        Assert.StartsWith("POST http://127.0.0.1:7071/api/dead-letters/some%2Fid/replay {\"who\":", Assert.Single(app.Requests), StringComparison.Ordinal);
        Assert.Equal("Replayed as the task new-task.", _bench.Output.Trim());
    }

    [Fact]
    public async Task ReplayOne_WithAPayloadThatIsPipedIn_SendsIt()
    {
        using var app = new ScriptedApp((HttpStatusCode.OK, """{"taskId":"new-task"}"""));
        _bench.Around = _bench.Around with { Input = new StringReader("""{"city":"Oslo"}""") };

        Assert.Equal(ExitCodes.Success, await _bench.RunAsync(app, "dead replay x --payload -"));

        Assert.Contains("""{"payload":{"city":"Oslo"},"who":""", Assert.Single(app.Requests), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--dry-run")]
    [InlineData("--yes")]
    [InlineData("--canary 5")]
    [InlineData("--rate 1/m")]
    [InlineData("--max-replays 3")]
    [InlineData("--group g")]
    [InlineData("--before 2026-01-01")]
    public async Task ReplayOne_WithAnOptionOfMany_IsRefused(string option)
    {
        using var app = new ScriptedApp((HttpStatusCode.OK, "{}"));

        Assert.Equal(ExitCodes.WrongUsage, await _bench.RunAsync(app, $"dead replay x {option}"));

        Assert.StartsWith($"With an id, that one letter is replayed at once: {option.Split(' ')[0]} would do nothing.", _bench.Error, StringComparison.Ordinal);
        Assert.Empty(app.Requests);
    }

    [Fact]
    public async Task ReplayMany_FirstADryRun_ThenTheAction_ThenItsEnd()
    {
        using var app = new ScriptedApp((HttpStatusCode.OK, Preview), (HttpStatusCode.Accepted, Running), (HttpStatusCode.OK, Completed));

        Assert.Equal(ExitCodes.Success, await _bench.RunAsync(app, "dead replay --group 0123456789abcdef --canary 2 --rate 100/m --yes"));

        Assert.Equal(3, app.Requests.Count);
        Assert.Contains("\"dryRun\":true", app.Requests[0], StringComparison.Ordinal);
        Assert.Contains("\"filter\":{\"group\":\"0123456789abcdef\"},\"dryRun\":false,\"canary\":2,\"rate\":\"100/m\"", app.Requests[1], StringComparison.Ordinal);
        Assert.Equal("GET http://127.0.0.1:7071/api/dead-letter-actions/a1", app.Requests[2]);
        Assert.Equal("replay completed: 2 done, 1 set aside, 0 refused.", _bench.Output.Trim());
    }

    [Fact]
    public async Task ReplayMany_CanaryThatDies_IsAFailure()
    {
        using var app = new ScriptedApp((HttpStatusCode.OK, Preview), (HttpStatusCode.Accepted, Stopped));

        Assert.Equal(ExitCodes.RunFailed, await _bench.RunAsync(app, "dead replay --task x --canary 1 --yes"));

        Assert.Contains("The task t7 of the canary", _bench.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task DryRun_ChangesNothing_AndSaysWhatItWouldDo()
    {
        using var app = new ScriptedApp((HttpStatusCode.OK, Preview));

        Assert.Equal(ExitCodes.Success, await _bench.RunAsync(app, "dead replay --task x --before 2026-01-31 --dry-run"));

        Assert.Contains("\"dryRun\":true", Assert.Single(app.Requests), StringComparison.Ordinal);
        Assert.Equal(
            """
            Would replay 2 of 3 letters.
              which: task x, before 2026-01-30T23:00:00Z
                     2  orders.ship
                     1  would be set aside: they have died again too often
                     1  cannot be replayed:
                        it was  [2J replayed

            """,
            _bench.Output);
    }

    [Fact]
    public async Task Purge_IsAskedFor_AndCarriedOut()
    {
        using var app = new ScriptedApp((HttpStatusCode.OK, Preview), (HttpStatusCode.Accepted, Completed.Replace("replay", "purge", StringComparison.Ordinal)));
        _bench.Around = _bench.Around with { CanAsk = true, Input = new StringReader("y\n") };

        Assert.Equal(ExitCodes.Success, await _bench.RunAsync(app, "dead purge --before 2026-01-31 --why old --json"));

        Assert.Equal(2, app.Requests.Count);
        Assert.StartsWith("""POST http://127.0.0.1:7071/api/dead-letter-purges {"filter":{"before":"2026-01-30T23:00:00Z"},"dryRun":false,"who":""", app.Requests[1], StringComparison.Ordinal);
        Assert.EndsWith(""","why":"old"}""", app.Requests[1], StringComparison.Ordinal);
        Assert.Contains("Purge them? [y/N]", _bench.Error, StringComparison.Ordinal);
        Assert.Contains("\"kind\": \"purge\"", _bench.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("\n")]
    [InlineData("no\n")]
    [InlineData("")]
    public async Task Question_WithAnotherAnswer_ChangesNothing(string answer)
    {
        using var app = new ScriptedApp((HttpStatusCode.OK, Preview));
        _bench.Around = _bench.Around with { CanAsk = true, Input = new StringReader(answer) };

        Assert.Equal(ExitCodes.Success, await _bench.RunAsync(app, "dead purge --task x"));

        Assert.Contains("\"dryRun\":true", Assert.Single(app.Requests), StringComparison.Ordinal);
        Assert.EndsWith("Nothing was changed.", _bench.Error.TrimEnd(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Question_WhereNobodyCanBeAsked_ChangesNothing()
    {
        using var app = new ScriptedApp((HttpStatusCode.OK, Preview));

        Assert.Equal(ExitCodes.WrongUsage, await _bench.RunAsync(app, "dead purge --task x"));

        Assert.Contains("\"dryRun\":true", Assert.Single(app.Requests), StringComparison.Ordinal);
        Assert.Contains("Nobody can be asked here", _bench.Error, StringComparison.Ordinal);
    }

    [Fact(Timeout = 10_000)]
    public async Task CtrlC_AtTheQuestion_EndsAtOnce()
    {
        using var app = new ScriptedApp((HttpStatusCode.OK, Preview));
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        using var keyboard = new SilentKeyboard(stop.Cancel);
        (_bench.Token, _bench.Around) = (stop.Token, _bench.Around with { CanAsk = true, Input = keyboard });

        Assert.Equal(ExitCodes.Cancelled, await _bench.RunAsync(app, "dead purge --task x"));

        Assert.Contains("Nothing was changed.", _bench.Error, StringComparison.Ordinal);
        Assert.Single(app.Requests);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task CtrlC_WhileItIsWatched_SaysThatItGoesOn(bool isTerminal)
    {
        using var stop = new CancellationTokenSource();
        using var app = new ScriptedApp((HttpStatusCode.OK, Preview), (HttpStatusCode.Accepted, Running), (HttpStatusCode.OK, Running));
        app.BeforeAnswer = request => (request == "GET http://127.0.0.1:7071/api/dead-letter-actions/a1" ? stop : null)?.Cancel();
        (_bench.Token, _bench.Around) = (stop.Token, _bench.Around with { IsErrorTerminal = isTerminal });

        Assert.Equal(ExitCodes.Cancelled, await _bench.RunAsync(app, "dead replay --task x --yes"));

        Assert.Contains(GoesOn, _bench.Error, StringComparison.Ordinal);
        Assert.EndsWith("Cancelled.", _bench.Error.TrimEnd(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task AppThatIsGone_WhileItIsWatched_SaysThatItGoesOn()
    {
        using var app = new ScriptedApp((HttpStatusCode.OK, Preview), (HttpStatusCode.Accepted, Running), (HttpStatusCode.OK, null));

        Assert.Equal(ExitCodes.RunFailed, await _bench.RunAsync(app, "dead replay --task x --yes"));

        Assert.Contains(GoesOn, _bench.Error, StringComparison.Ordinal);
        Assert.Contains("No app answers", _bench.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task AppThatIsGone_WhenItIsAskedFor_SaysThatItMayHaveBegun()
    {
        using var app = new ScriptedApp((HttpStatusCode.OK, Preview), (HttpStatusCode.OK, null));

        Assert.Equal(ExitCodes.RunFailed, await _bench.RunAsync(app, "dead replay --task x --yes"));

        Assert.Contains("It may have begun all the same", _bench.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task WithoutATerminal_ProgressIsALineEachTenth()
    {
        var steps = Enumerable.Range(1, 60).Select(done => (HttpStatusCode.OK, (string?)Running.Replace("\"done\":0", $"\"done\":{done}", StringComparison.Ordinal)
            .Replace("\"expected\":3", "\"expected\":60", StringComparison.Ordinal)));
        using var app = new ScriptedApp([(HttpStatusCode.OK, Preview), .. steps, (HttpStatusCode.OK, Completed)]);

        Assert.Equal(ExitCodes.Success, await _bench.RunAsync(app, "dead replay --task x --yes"));

        var lines = _bench.Error.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(11, lines.Length);
        Assert.Equal(("replay running: 1 of 60", "replay running: 6 of 60", "replay running: 60 of 60"), (lines[0], lines[1], lines[^1]));
    }

    [Theory]
    [InlineData(true, "Stopped.")]
    [InlineData(false, "It had ended before.")]
    public async Task Cancel_SaysWhetherItStopped(bool changed, string message)
    {
        using var app = new ScriptedApp((HttpStatusCode.OK, $$"""{"action":"a1","changed":{{(changed ? "true" : "false")}}}"""));

        Assert.Equal(ExitCodes.Success, await _bench.RunAsync(app, "dead cancel a1 --why enough"));

        Assert.StartsWith("POST http://127.0.0.1:7071/api/dead-letter-actions/a1/cancel {\"who\":", Assert.Single(app.Requests), StringComparison.Ordinal);
        Assert.EndsWith(",\"why\":\"enough\"}", app.Requests[0], StringComparison.Ordinal);
        Assert.Equal(message, _bench.Output.Trim());
    }

    [Theory]
    [InlineData("dead replay", "Say which")]
    [InlineData("dead purge", "Say which")]
    [InlineData("dead replay --task x --payload f.json", "A payload is for one letter")]
    [InlineData("dead replay x --payload no-such-file.json", "--payload cannot be read")]
    [InlineData("dead replay --task x --canary 101", "--canary is '101': give a number from 0 to 100.")]
    [InlineData("dead purge --category nonsense", "--category is 'nonsense': give one of")]
    public async Task WrongUsage_IsTold_AndNothingIsAsked(string line, string message)
    {
        using var app = new ScriptedApp((HttpStatusCode.OK, "{}"));

        Assert.Equal(ExitCodes.WrongUsage, await _bench.RunAsync(app, line));

        Assert.StartsWith(message, _bench.Error, StringComparison.Ordinal);
        Assert.Empty(app.Requests);
    }

    [Theory]
    [InlineData("{\"a\":\n \u001b[2Jsecret}", "--payload - is not JSON: see line 2, byte 2.")]
    [InlineData("", "--payload - is not JSON: see line 1, byte 1.")]
    public async Task Payload_ThatIsNoJson_IsNotEchoed(string payload, string message)
    {
        using var app = new ScriptedApp((HttpStatusCode.OK, "{}"));
        _bench.Around = _bench.Around with { Input = new StringReader(payload) };

        Assert.Equal(ExitCodes.WrongUsage, await _bench.RunAsync(app, "dead replay x --payload -"));

        Assert.Equal($"{message} See `celerity dead replay --help`.", _bench.Error.Trim());
        Assert.Empty(app.Requests);
    }

    /// <summary>A keyboard at which nobody types, like that of a terminal: it heeds no token.</summary>
    private sealed class SilentKeyboard(Action onRead) : TextReader
    {
        private readonly ManualResetEventSlim _end = new();

        public override string? ReadLine()
        {
            onRead();
            _end.Wait();
            return null;
        }

        protected override void Dispose(bool disposing)
        {
            _end.Set();
            base.Dispose(disposing);
        }
    }
}
