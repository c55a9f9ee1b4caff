using System.Net;
using Celerity.Cli.Tests.Runs;
using Xunit;

namespace Celerity.Cli.Tests.DeadLetters;

/// <summary>The commands that look.</summary>
public sealed class DeadCommandTests : IDisposable
{
    // Escape sequences, markup and a mark that turns writing round.
    private const string Hostile = "\\u001b[31mred [bold]x[/] \\u202egnp.exe \\u009b2J";
    private const string LetterId = "0123456789abcdef-00123456ab-0190b0c4-8a54-7cc1-9d0e-3f2ab19c55d0";

    private readonly CommandBench _bench = new();

    public void Dispose() => _bench.Dispose();

    [Fact]
    public async Task Groups_FitTheTerminal_AndNothingSteersIt()
    {
        using var app = new ScriptedApp((HttpStatusCode.OK, $$"""
            {"groups":[{"id":"0123456789abcdef","task":"orders.ship","severity":"critical","open":7,"exception":"System.InvalidOperationException","reason":"{{Hostile}}",
            "lastSeen":"2026-01-01T11:57:00Z","lastDay":[0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,1,2,3,8]}],"count":3,"open":7}
            """));

        Assert.Equal(ExitCodes.Success, await _bench.RunAsync(app, "dead groups --task orders.* --severity high --limit 1 --url http://app:1 --key secret"));

        Assert.Equal(["GET http://app:1/api/dead-letter-groups?task=orders.%2A&severity=high&limit=1"], app.Requests);
        Assert.Equal(
            """
            critical    7 open  24 h ····················▁▂▃█  last 3 min ago
              0123456789abcdef  orders.ship
              System.InvalidOperationException  [31mred [bold]x[/]  gnp.exe  2J
            7 open in 3 groups; the first 1 are shown, --limit takes up to 1,000.

            """,
            _bench.Output);
        Assert.Empty(_bench.Error);
    }

    [Fact]
    public async Task Groups_OnATerminal_HaveColours()
    {
        using var app = new ScriptedApp((HttpStatusCode.OK, """{"groups":[{"id":"g","task":"t","severity":"critical","open":1,"reason":"r","lastDay":[]}],"count":1,"open":1}"""));
        _bench.Around = _bench.Around with { IsOutputTerminal = true };

        Assert.Equal(ExitCodes.Success, await _bench.RunAsync(app, "dead groups"));

        Assert.Contains("critical", _bench.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task List_HasEachIdInOnePiece()
    {
        using var app = new ScriptedApp((HttpStatusCode.OK, $$"""
            {"letters":[{"id":"{{LetterId}}","task":"orders.ship","severity":"high","state":"open","reason":"{{new string('x', 300)}}","at":"2026-01-01T00:00:00Z"}],
            "next":"{{LetterId}}{{LetterId}}"}
            """));

        Assert.Equal(ExitCodes.Success, await _bench.RunAsync(app, "dead list --since 2026-01-31 --before 2026-02-01T12:00Z --state SetAside --after x"));

        Assert.Equal(
            ["GET http://127.0.0.1:7071/api/dead-letters?state=SetAside&since=2026-01-30T23%3A00%3A00Z&before=2026-02-01T12%3A00%3A00Z&limit=50&after=x"], app.Requests);
        Assert.Equal(
            $"""
            high     2026-01-01 00:00:00Z  open      orders.ship
              {new string('x', 77)}…
              {LetterId}
            There are more: --after {LetterId}{LetterId}

            """,
            _bench.Output);
    }

    [Fact]
    public async Task Show_IsWhole_WithItsLettersAsTheyAre()
    {
        using var app = new ScriptedApp((HttpStatusCode.OK, $$"""
            {"id":"{{LetterId}}","task":"orders.ship","reason":"no city","replays":0,"replayedAs":"t9","failures":[{"attempt":2,"at":"2026-01-01T00:00:00Z","host":"h1",
            "duration":"00:00:01","type":"System.Exception","message":"{{Hostile}}","stack":"at A()\nat B()\u001b[2J"}],
            "log":[{"attempt":2,"at":"2026-01-01T00:00:00Z","level":"Warning","text":"{{Hostile}}"}],"logDropped":3,"payload":{"city":"Zürich","x":"\u001b[2J\u202e","a<b":1} }
            """));

        Assert.Equal(ExitCodes.Success, await _bench.RunAsync(app, "dead show some/id"));

        Assert.Equal(["GET http://127.0.0.1:7071/api/dead-letters/some%2Fid"], app.Requests);
        Assert.Equal(
            $$"""
            id             {{LetterId}}
            task           orders.ship
            reason         no city
            replayedAs     t9

            attempt 2 at 2026-01-01 00:00:00Z on h1, 00:00:01
              System.Exception  [31mred [bold]x[/]  gnp.exe  2J
            at A()
            at B() [2J

            log
              3 older lines are not kept
              2026-01-01 00:00:00Z 2 Warning      [31mred [bold]x[/]  gnp.exe  2J

            payload
            {
              "city": "Zürich",
              "x": "\u001B[2J\u202e",
              "a<b": 1
            }

            """,
            _bench.Output);
    }

    [Fact]
    public async Task Actions_AreListed()
    {
        using var app = new ScriptedApp((HttpStatusCode.OK, """
            {"actions":[{"id":"a1","kind":"replay","state":"stopped","createdAt":"2026-01-01T00:00:00Z","done":1,"setAside":2,"refused":3,"who":"ada","why":"because","reason":"t7 died"},
            {"id":"a2","kind":"purge","state":"running","createdAt":"2026-01-01T00:00:00Z","done":1000,"who":"bob","why":""}]}
            """));

        Assert.Equal(ExitCodes.Success, await _bench.RunAsync(app, "dead actions --limit 2"));

        Assert.Equal(["GET http://127.0.0.1:7071/api/dead-letter-actions?limit=2"], app.Requests);
        Assert.Equal(
            """
            2026-01-01 00:00:00Z  replay stopped: 1 done, 2 set aside, 3 refused. t7 died
              ada: because
              a1
            2026-01-01 00:00:00Z  purge running: 1,000 done, 0 set aside, 0 refused.
              bob: no reason given
              a2

            """,
            _bench.Output);
    }

    [Theory]
    [InlineData("dead groups", """{"groups":[],"count":0,"open":0}""", "No group fits")]
    [InlineData("dead list", """{"letters":[]}""", "No letter fits")]
    [InlineData("dead actions", """{"actions":[]}""", "Nothing was replayed or purged")]
    public async Task Nothing_IsSaid(string line, string answer, string message)
    {
        using var app = new ScriptedApp((HttpStatusCode.OK, answer));

        Assert.Equal(ExitCodes.Success, await _bench.RunAsync(app, line));

        Assert.StartsWith(message, _bench.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("dead groups")]
    [InlineData("dead list")]
    [InlineData("dead show x")]
    [InlineData("dead actions")]
    public async Task Json_IsTheAnswer_AndNothingInItSteersTheTerminal(string line)
    {
        using var app = new ScriptedApp((HttpStatusCode.OK, $$"""{"a":"Zürich {{Hostile}}"}"""));

        Assert.Equal(ExitCodes.Success, await _bench.RunAsync(app, $"{line} --json"));

        Assert.Equal(
            """
            {
              "a": "Zürich \u001B[31mred [bold]x[/] \u202egnp.exe \u009B2J"
            }

            """,
            _bench.Output);
    }

    [Theory]
    [InlineData("dead groups", """{"groups":7}""")]
    [InlineData("dead list", """{}""")]
    [InlineData("dead show x", """{"failures":[{"attempt":"x"}]}""")]
    public async Task Answer_OfAnotherKind_IsTold(string line, string answer)
    {
        using var app = new ScriptedApp((HttpStatusCode.OK, answer));

        Assert.Equal(ExitCodes.RunFailed, await _bench.RunAsync(app, line));

        Assert.StartsWith("The app's answer is not what this command understands", _bench.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--queue q")]
    [InlineData("--run r")]
    [InlineData("--state open")]
    [InlineData("--since 2026-01-01")]
    public async Task Groups_OfferOnlyWhatTheAppHeeds(string option)
    {
        using var app = new ScriptedApp((HttpStatusCode.OK, "{}"));

        Assert.Equal(ExitCodes.WrongUsage, await _bench.RunAsync(app, $"dead groups {option}"));

        Assert.StartsWith($"Unrecognized command or argument '{option.Split(' ')[0]}'", _bench.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--group", "", "--group is empty")]
    [InlineData("--before", " ", "--before is empty")]
    [InlineData("--category", "nonsense", "--category is 'nonsense': give one of transient, ")]
    [InlineData("--state", "gone", "--state is 'gone': give one of open, ")]
    [InlineData("--since", "yesterday", "--since is 'yesterday': give a time such as")]
    [InlineData("--since", "\u001b[2J", "--since is ' [2J': give a time such as")]
    [InlineData("--limit", "201", "--limit is '201': give a number from 1 to 200.")]
    public async Task ValueThatIsNone_IsRefused(string option, string value, string message)
    {
        using var app = new ScriptedApp((HttpStatusCode.OK, "{}"));

        Assert.Equal(ExitCodes.WrongUsage, await _bench.RunAsync(app, "dead", "list", option, value));

        Assert.StartsWith(message, _bench.Error, StringComparison.Ordinal);
        Assert.EndsWith("See `celerity dead list --help`.", _bench.Error.TrimEnd(), StringComparison.Ordinal);
        Assert.Empty(app.Requests);
    }
}
