using System.Net;
using System.Text.Json;
using Celerity.Cli.Tests.Runs;
using Xunit;

namespace Celerity.Cli.Tests.Tasks;

/// <summary>One task in a terminal.</summary>
public sealed class TasksShowCommandTests : IDisposable
{
    // Escape sequences, markup, a mark that turns writing round, and a line that would pass for one of ours.
    private const string Hostile = "\\u001b[31mred [bold]x[/] \\u202egnp.exe \\u009b2J\\r\\nattempt 9 succeeded";

    private readonly CommandBench _bench = new();

    public void Dispose() => _bench.Dispose();

    [Fact]
    public async Task Show_ATaskThatDied_TellsItsAttemptsErrorLogAndPayload_AndNothingSteersTheTerminal()
    {
        using var app = new ScriptedApp((HttpStatusCode.OK, $$"""
            {"id":"t 1","task":"orders.ship","state":"deadLettered","queue":"celerity-default","attempt":2,"crashes":0,"tags":["eu","\u001b[2J"],"sentAt":"2026-01-01T00:00:00Z",
            "startedAt":"2026-01-01T00:00:05Z","endedAt":"2026-01-01T00:00:07.5Z","host":"h2","category":"permanent","reason":"{{Hostile}}","failures":[],"attempts":[
            {"attempt":1,"state":"failed","startedAt":"2026-01-01T00:00:01Z","endedAt":"2026-01-01T00:00:02Z","seconds":1,"host":"h1",
            "failure":{"attempt":1,"category":"transient","type":"System.TimeoutException","message":"slow","at":"2026-01-01T00:00:02Z","host":"h1"} },
            {"attempt":2,"state":"failed","startedAt":"2026-01-01T00:00:05Z","endedAt":"2026-01-01T00:00:07.5Z","seconds":2.5,"host":"h2",
            "failure":{"attempt":2,"category":"permanent","type":"System.Exception","message":"{{Hostile}}","at":"2026-01-01T00:00:07.5Z","host":"h2","stack":"at A()\nat B()\u001b[2J"} }],
            "log":[{"attempt":1,"at":"2026-01-01T00:00:01Z","level":"Information","text":"{{Hostile}}"},
            {"attempt":2,"at":"2026-01-01T00:00:06Z","level":"Error","text":"no city","exception":"System.Exception: {{Hostile}}"}],"logDropped":7,
            "payload":{"city":"Zürich","x":"\u001b[2J\u202e"} }
            """));

        Assert.Equal(ExitCodes.Success, await _bench.RunAsync(app, "tasks", "show", "t1/2"));

        Assert.Equal(["GET http://127.0.0.1:7071/api/tasks/t1%2F2"], app.Requests);
        Assert.Equal(
            """
            id             t 1
            task           orders.ship
            state          deadLettered
            category       permanent
            reason          [31mred [bold]x[/]  gnp.exe  2J  attempt 9 succeeded
            sentAt         2026-01-01 00:00:00Z
            startedAt      2026-01-01 00:00:05Z
            endedAt        2026-01-01 00:00:07Z
            host           h2
            queue          celerity-default
            tags           eu,  [2J

            attempt 1 failed 2026-01-01 00:00:01Z to 2026-01-01 00:00:02Z on h1, 1 s
              transient: System.TimeoutException slow

            attempt 2 failed 2026-01-01 00:00:05Z to 2026-01-01 00:00:07Z on h2, 2.5 s
              permanent: System.Exception  [31mred [bold]x[/]  gnp.exe  2J  attempt 9 succeeded
            at A()
            at B() [2J

            log
              7 older lines are not kept
              2026-01-01 00:00:01Z 1 Information  [31mred [bold]x[/]  gnp.exe  2J 
                attempt 9 succeeded
              2026-01-01 00:00:06Z 2 Error       no city
                System.Exception:  [31mred [bold]x[/]  gnp.exe  2J 
                attempt 9 succeeded

            payload
            {
              "city": "Zürich",
              "x": "\u001B[2J\u202e"
            }

            """,
            _bench.Output);
        Assert.Empty(_bench.Error);
    }

    [Fact]
    public async Task Show_ATaskThatSucceeded_TellsItsResult_AndWhatIsLeftOut()
    {
        using var app = new ScriptedApp((HttpStatusCode.OK, """
            {"id":"t1","task":"orders.ship","state":"succeeded","attempt":1,"crashes":0,"tags":[],"attempts":[{"attempt":1,"state":"succeeded","startedAt":"2026-01-01T00:00:01Z",
            "endedAt":"2026-01-01T00:00:02Z","seconds":1.25}],"log":[],"logDropped":0,"logLeftOut":"It has secrets.","payloadLeftOut":"The send of this task is not stored.","result":[1]}
            """));

        Assert.Equal(ExitCodes.Success, await _bench.RunAsync(app, "tasks show t1"));

        Assert.Equal(
            """
            id             t1
            task           orders.ship
            state          succeeded

            attempt 1 succeeded 2026-01-01 00:00:01Z to 2026-01-01 00:00:02Z, 1.25 s

            result
            [
              1
            ]

            log
              nothing is kept: It has secrets.

            payload not shown: The send of this task is not stored.

            """,
            _bench.Output);
    }

    [Fact]
    public async Task Show_ATaskThatRuns_TellsHowFarItIs()
    {
        using var app = new ScriptedApp((HttpStatusCode.OK, """
            {"id":"t1","task":"orders.ship","state":"running","attempt":1,"progress":{"attempt":1,"at":"2026-01-01T00:00:01Z","fraction":0.25,"message":"the first\u001b[2J"},
            "attempts":[{"attempt":1,"state":"running","startedAt":"2026-01-01T00:00:01Z"}],"log":[],"logDropped":0}
            """));

        Assert.Equal(ExitCodes.Success, await _bench.RunAsync(app, "tasks show t1"));

        Assert.Equal(
            """
            id             t1
            task           orders.ship
            state          running
            progress       25 % the first [2J

            attempt 1 running 2026-01-01 00:00:01Z

            """,
            _bench.Output);
    }

    [Fact]
    public async Task Show_AsJson_IsTheAnswerWhole_WithEscapes()
    {
        using var app = new ScriptedApp((HttpStatusCode.OK, """{"id":"t1","log":[{"text":"\u001b[2J\u202e"}],"attempts":[]}"""));

        Assert.Equal(ExitCodes.Success, await _bench.RunAsync(app, "tasks show t1 --json"));

        Assert.DoesNotContain('\u001b', _bench.Output);
        Assert.DoesNotContain('\u202e', _bench.Output);
        Assert.Equal("\u001b[2J\u202e", JsonElement.Parse(_bench.Output).GetProperty("log")[0].GetProperty("text").GetString());
    }

    [Fact]
    public async Task Show_ATaskThatIsNotThere_SaysSo()
    {
        using var app = new ScriptedApp((HttpStatusCode.NotFound, """{"code":"CEL0210","detail":"Nothing is stored of the task t1."}"""));

        Assert.Equal(ExitCodes.RunFailed, await _bench.RunAsync(app, "tasks show t1"));

        Assert.Contains("Nothing is stored of the task t1.", _bench.Error, StringComparison.Ordinal);
        Assert.Empty(_bench.Output);
    }

    [Fact]
    public async Task Show_WithoutAnId_TellsHowToLearnMore()
    {
        Assert.Equal(ExitCodes.WrongUsage, await _bench.RunAsync(null, "tasks", "show"));

        Assert.Contains("See `celerity tasks show --help`.", _bench.Error, StringComparison.Ordinal);
    }
}
