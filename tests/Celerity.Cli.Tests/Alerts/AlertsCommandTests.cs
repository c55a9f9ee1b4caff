using System.Net;
using Celerity.Cli.Tests.Runs;
using Xunit;

namespace Celerity.Cli.Tests.Alerts;

public sealed class AlertsCommandTests : IDisposable
{
    private const string Id = "019b76b06a0070009d0e3f2ab19c55d0";

    private const string List = $$"""
        {"at":"2026-01-01T12:00:00Z","alerts":[
        {"rule":"BacklogIsOld","subject":"celerity-default","state":"firing","isSilenced":true,"severity":"critical","value":900,"threshold":300,"unit":"s","since":"2026-01-01T11:50:00Z","text":"The next message of celerity-default is 15 min old."},
        {"rule":"TasksDie","subject":"mail\u001b[2J","state":"pending","isSilenced":false,"severity":"critical","value":0.2,"threshold":0.05,"unit":"share","since":"2026-01-01T11:58:00Z","text":"20 percent of mail end as dead letters."}],
        "rules":[{"name":"TasksDie","kind":"failureRate","threshold":0.05,"forMinutes":10,"severity":"critical","unit":"share","text":"","isEnabled":true,"clearBelow":0.04},
        {"name":"CircuitIsOpen","kind":"openCircuit","threshold":0,"forMinutes":5,"severity":"warning","unit":"flag","text":"","isEnabled":false,"clearBelow":0}],
        "silences":[{"id":"{{Id}}","rule":"BacklogIsOld","until":"2026-01-01T14:00:00Z","who":"ann","why":"we know"}]}
        """;

    private readonly CommandBench _bench = new();

    public void Dispose() => _bench.Dispose();

    [Fact]
    public async Task List_ShowsAlertsAndSilences()
    {
        using var app = new ScriptedApp((HttpStatusCode.OK, List));

        Assert.Equal(ExitCodes.Success, await _bench.RunAsync(app, "alerts list"));

        Assert.Equal(["GET http://127.0.0.1:7071/api/alerts"], app.Requests);
        Assert.Equal(
            $"""
            firing    critical  BacklogIsOld  celerity-default  since 2026-01-01 11:50:00Z …
              The next message of celerity-default is 15 min old.
            pending   critical  TasksDie  mail [2J  since 2026-01-01 11:58:00Z
              20 percent of mail end as dead letters.
            silence   BacklogIsOld  all subjects  until 2026-01-01 14:00:00Z  ann  we know
              {Id}

            """,
            _bench.Output);
    }

    [Fact]
    public async Task List_OfNone_SaysSo()
    {
        using var app = new ScriptedApp((HttpStatusCode.OK, """{"at":"2026-01-01T12:00:00Z","alerts":[],"rules":[],"silences":[]}"""));

        await _bench.RunAsync(app, "alerts list");

        Assert.Equal("Nothing is wrong.\n", _bench.Output);
    }

    [Fact]
    public async Task Rules_ShowsThresholds()
    {
        using var app = new ScriptedApp((HttpStatusCode.OK, List));

        await _bench.RunAsync(app, "alerts rules");

        Assert.Equal("TasksDie          critical  above 0.05 share  for 10 min\nCircuitIsOpen     warning   for 5 min  off\n", _bench.Output);
    }

    [Fact]
    public async Task Silence_SaysUntilWhen()
    {
        using var app = new ScriptedApp((HttpStatusCode.Created, $$"""{"id":"{{Id}}","rule":"BacklogIsLong","until":"2026-01-01T14:00:00Z","who":"ann","why":"x"}"""));

        Assert.Equal(ExitCodes.Success, await _bench.RunAsync(app, "alerts silence --rule BacklogIsLong --for 2h --why x"));

        Assert.Equal(
            [$$"""POST http://127.0.0.1:7071/api/alert-silences {"rule":"BacklogIsLong","minutes":120,"who":"{{Environment.UserName}}","why":"x"}"""], app.Requests);
        Assert.Equal($"Silenced until 2026-01-01 14:00:00Z: {Id}\n", _bench.Output);
    }

    [Theory]
    [InlineData("alerts silence", "Option '--for' is required. See `celerity alerts silence --help`.")]
    [InlineData("alerts silence --for 30s", "--for is '30s': give a length from 1m to 30d. See `celerity alerts silence --help`.")]
    [InlineData("alerts silence --for 31d", "--for is '31d': give a length from 1m to 30d. See `celerity alerts silence --help`.")]
    public async Task Silence_WithoutALength_IsRefused(string line, string message)
    {
        using var app = new ScriptedApp((HttpStatusCode.OK, "{}"));

        Assert.Equal(ExitCodes.WrongUsage, await _bench.RunAsync(app, line));

        Assert.Equal(message, _bench.Error.TrimEnd('\n'));
        Assert.Empty(app.Requests);
    }

    [Fact]
    public async Task Unsilence_EndsIt()
    {
        using var app = new ScriptedApp((HttpStatusCode.NoContent, ""));

        Assert.Equal(ExitCodes.Success, await _bench.RunAsync(app, $"alerts unsilence {Id}"));

        Assert.Equal([$$"""DELETE http://127.0.0.1:7071/api/alert-silences/{{Id}} {"who":"{{Environment.UserName}}"}"""], app.Requests);
        Assert.Equal("Ended. What still fires is told within a minute.\n", _bench.Output);
    }

    [Fact]
    public async Task Unsilence_OfNone_SaysWhatTheAppSays()
    {
        using var app = new ScriptedApp((HttpStatusCode.NotFound, """{"code":"CEL0337","detail":"There is no silence 'x' in force."}"""));

        Assert.Equal(ExitCodes.RunFailed, await _bench.RunAsync(app, "alerts unsilence x"));

        Assert.Equal("CEL0337: There is no silence 'x' in force.\n", _bench.Error);
    }
}
