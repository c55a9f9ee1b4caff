using System.Net;
using Celerity.Cli.Tests.Runs;
using Xunit;

namespace Celerity.Cli.Tests.DeadLetters;

public sealed class DeadCommandTests : IDisposable
{
    private const string Preview = """{"matched":3,"affected":2,"setAside":1,"refused":0,"reasons":[],"tasks":{"orders.ship":2},"sample":["x"],"isPartial":false}""";
    private const string Running = """{"id":"a1","kind":"replay","state":"running","expected":3,"done":0,"setAside":0,"refused":0}""";
    private const string Completed = """{"id":"a1","kind":"replay","state":"completed","expected":3,"done":2,"setAside":1,"refused":0,"endedAt":"2026-01-01T00:00:00Z"}""";
    private const string Stopped = """{"id":"a1","kind":"replay","state":"stopped","expected":3,"done":1,"setAside":0,"refused":0,"endedAt":"2026-01-01T00:00:00Z","reason":"The task t7 of the canary ended as DeadLettered"}""";

    // Escape sequences, markup and a mark that turns writing round.
    private const string Hostile = "\\u001b[31mred [bold]x[/] \\u202egnp.exe";

    private readonly StringWriter _output = new();
    private readonly StringWriter _error = new();

    public void Dispose()
    {
        _output.Dispose();
        _error.Dispose();
    }

    [Fact]
    public async Task Groups_AreATable_AndNothingSteersTheTerminal()
    {
        using var app = new ScriptedApp((HttpStatusCode.OK, $$"""
            {"groups":[{"id":"0123456789abcdef","task":"orders.ship","severity":"critical","open":7,"reason":"{{Hostile}}","lastSeen":"2026-01-01T00:00:00Z",
            "lastDay":[0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,1,2,3,8]}],"count":1,"open":7}
            """));

        Assert.Equal(ExitCodes.Success, await RunAsync(app, "dead groups --task orders.* --severity high --url http://app:1 --key secret"));

        Assert.Equal(["GET http://app:1/api/dead-letter-groups?task=orders.%2A&severity=high"], app.Requests);
        var text = _output.ToString();
        Assert.Contains("orders.ship", text, StringComparison.Ordinal);
        Assert.Contains("▃", text, StringComparison.Ordinal);
        Assert.DoesNotContain("\u001b[31mred", text, StringComparison.Ordinal);
        Assert.Contains(" [31mred ", text, StringComparison.Ordinal);
        Assert.DoesNotContain('\u202e', text);
        Assert.Contains("[bold]", text, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", text + _error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ReplayOne_SaysAsWhichTask()
    {
        using var app = new ScriptedApp((HttpStatusCode.OK, """{"id":"a1","kind":"replay","state":"completed","done":1,"taskId":"new-task"}"""));

        Assert.Equal(ExitCodes.Success, await RunAsync(app, "dead replay some/id --why because"));

        Assert.StartsWith("POST http://127.0.0.1:7071/api/dead-letters/some%2Fid/replay {\"who\":", Assert.Single(app.Requests), StringComparison.Ordinal);
        Assert.Equal("Replayed as the task new-task.", _output.ToString().Trim());
    }

    [Fact]
    public async Task ReplayMany_FirstADryRun_ThenTheAction_ThenItsEnd()
    {
        using var app = new ScriptedApp((HttpStatusCode.OK, Preview), (HttpStatusCode.Accepted, Running), (HttpStatusCode.OK, Completed));

        Assert.Equal(ExitCodes.Success, await RunAsync(app, "dead replay --group 0123456789abcdef --canary 2 --rate 100/m --yes"));

        Assert.Equal(3, app.Requests.Count);
        Assert.Contains("\"dryRun\":true", app.Requests[0], StringComparison.Ordinal);
        Assert.Contains("\"filter\":{\"group\":\"0123456789abcdef\"},\"dryRun\":false,\"canary\":2,\"rate\":\"100/m\"", app.Requests[1], StringComparison.Ordinal);
        Assert.Equal("GET http://127.0.0.1:7071/api/dead-letter-actions/a1", app.Requests[2]);
        Assert.Contains("replay completed: 2 done, 1 set aside, 0 refused.", _output.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task ReplayMany_CanaryThatDies_IsAFailure()
    {
        using var app = new ScriptedApp((HttpStatusCode.OK, Preview), (HttpStatusCode.Accepted, Stopped));

        Assert.Equal(ExitCodes.RunFailed, await RunAsync(app, "dead replay --task x --canary 1 --yes"));

        Assert.Contains("The task t7 of the canary", _output.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task ReplayMany_DryRun_ChangesNothing()
    {
        using var app = new ScriptedApp((HttpStatusCode.OK, Preview));

        Assert.Equal(ExitCodes.Success, await RunAsync(app, "dead replay --task x --dry-run"));

        Assert.Contains("\"dryRun\":true", Assert.Single(app.Requests), StringComparison.Ordinal);
        Assert.Contains("Would replay 2 of 3 letters.", _output.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("dead replay", "Say which")]
    [InlineData("dead purge", "Say which")]
    [InlineData("dead replay --task x --payload f.json", "A payload is for one letter")]
    [InlineData("dead groups --url nowhere", "--url is 'nowhere'")]
    public async Task WrongUsage_IsTold_AndNothingIsAsked(string line, string message)
    {
        using var app = new ScriptedApp((HttpStatusCode.OK, "{}"));

        Assert.Equal(ExitCodes.WrongUsage, await RunAsync(app, line));

        Assert.Contains(message, _error.ToString(), StringComparison.Ordinal);
        Assert.Empty(app.Requests);
    }

    [Theory]
    [InlineData(HttpStatusCode.NotFound, """{"code":"CEL0340","detail":"There is no dead letter 'x'."}""", "CEL0340: There is no dead letter 'x'.")]
    [InlineData(HttpStatusCode.Unauthorized, "", "wants a key")]
    [InlineData(HttpStatusCode.NotFound, "<html>", "is it an app with Celerity?")]
    [InlineData(HttpStatusCode.OK, null, "No app answers at http://127.0.0.1:7071/")]
    public async Task Refusal_IsTold(HttpStatusCode status, string? body, string message)
    {
        using var app = new ScriptedApp((status, body));

        Assert.Equal(ExitCodes.RunFailed, await RunAsync(app, "dead show x"));

        Assert.Contains(message, _error.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Import_IsCutAtLineEnds()
    {
        var file = Path.GetTempFileName();
        try
        {
            await File.WriteAllLinesAsync(file, Enumerable.Repeat(new string('x', 1_000_000), 20), TestContext.Current.CancellationToken);
            using var app = new ScriptedApp((HttpStatusCode.OK, """{"count":5}"""));

            Assert.Equal(ExitCodes.Success, await RunAsync(app, $"dead import {file}"));

            Assert.Equal(3, app.Requests.Count);
            Assert.Contains("15 letters are kept.", _output.ToString(), StringComparison.Ordinal);
        }
        finally
        {
            File.Delete(file);
        }
    }

    private Task<int> RunAsync(HttpMessageHandler app, string line) =>
        CelerityCommand.RunAsync(line.Split(' '), _output, _error, TestContext.Current.CancellationToken, app);
}
