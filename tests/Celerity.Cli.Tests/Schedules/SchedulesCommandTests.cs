using System.Net;
using Celerity.Cli.Tests.Runs;
using Xunit;

namespace Celerity.Cli.Tests.Schedules;

public sealed class SchedulesCommandTests : IDisposable
{
    private const string Nightly = """
        "name":"nightly","definedIn":"api","cron":"0 3 * * *","words":"every day at 03:00","timeZone":"Europe/Berlin","jitter":"00:00:00","enabled":true,
        "overlap":"skip","missed":"runAll","maxMissed":100,"task":"invoices.render","payload":{"city":"Zürich\u001b[2J"},"next":["2026-01-02T02:00:00Z","2026-01-03T02:00:00Z"]
        """;

    private const string Last = """
        "last":{"id":"t1","dueAt":"2026-01-01T02:00:00Z","sentAt":"2026-01-01T02:00:00.4Z","driftSeconds":0.4}
        """;

    private readonly CommandBench _bench = new();

    public void Dispose() => _bench.Dispose();

    [Fact]
    public async Task List_SaysWhenEachFires_AndHowItsLastFiringEnded()
    {
        using var app = new ScriptedApp(
            (HttpStatusCode.OK, $$"""
                {"schedules":[{{{Nightly}},{{Last}}},
                {"name":"report","words":"every 6 hours","every":"06:00:00","enabled":true,"pipeline":"flight-delays","next":["2026-01-01T18:00:00Z"],
                "paused":{"at":"2026-01-01T00:00:00Z","who":"ada","why":"\u001b[2J moves"},"last":{"dueAt":"2026-01-01T06:00:00Z","sentAt":"2026-01-01T06:00:00Z","driftSeconds":0} },
                {"name":"off","words":"every hour","enabled":false,"task":"t","next":[]}],
                "warnings":["Together \u202ethey are too many"]}
                """),
            (HttpStatusCode.OK, """{"state":"succeeded"}"""));

        Assert.Equal(ExitCodes.Success, await _bench.RunAsync(app, "schedules list"));

        Assert.Equal(["GET http://127.0.0.1:7071/api/schedules", "GET http://127.0.0.1:7071/api/tasks/t1"], app.Requests);
        Assert.Equal(
            """
            nightly  active
              every day at 03:00, Europe/Berlin: task invoices.render
              next in 14 h, 2026-01-02 02:00:00Z
              last 10 h ago, sent 0.4 s after it was due: succeeded
                   t1
            report  paused by ada, 2026-01-01 00:00:00Z:  [2J moves
              every 6 hours: pipeline flight-delays
              next in 6 h, 2026-01-01 18:00:00Z
              last 6 h ago: it could not be fired
            off  disabled
              every hour, UTC: task t
              last: none so far
            Warning: Together  they are too many

            """,
            _bench.Output);
    }

    [Fact]
    public async Task List_OfATaskWhoseRecordIsGone_SaysNoOutcome()
    {
        using var app = new ScriptedApp(
            (HttpStatusCode.OK, $$"""{"schedules":[{{{Nightly}},{{Last}}}],"warnings":[]}"""),
            (HttpStatusCode.NotFound, """{"code":"CEL0210","detail":"There is no such task."}"""));

        Assert.Equal(ExitCodes.Success, await _bench.RunAsync(app, "schedules list"));

        Assert.Contains("sent 0.4 s after it was due\n", _bench.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task List_OfNone_SaysHowToMakeOne()
    {
        using var app = new ScriptedApp((HttpStatusCode.OK, """{"schedules":[],"warnings":[]}"""));

        Assert.Equal(ExitCodes.Success, await _bench.RunAsync(app, "schedules list"));

        Assert.StartsWith("There is no schedule.", _bench.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Show_HasTheNextOnes_AndWhatBecameOfTheLatest()
    {
        using var app = new ScriptedApp(
            (HttpStatusCode.OK, $$"""
                {{{Nightly}},{{Last}},"firings":[
                {"dueAt":"2026-01-01T02:00:00Z","kind":"fired","task":"invoices.render","id":"t1","sentAt":"2026-01-01T02:00:00.4Z","driftSeconds":0.4},
                {"dueAt":"2025-12-31T02:00:00Z","kind":"fired","pipeline":"p","id":"r1","driftSeconds":1.04,"manual":true,"replaced":"t0"},
                {"dueAt":"2025-12-30T02:00:00Z","kind":"missed","firstDueAt":"2025-12-28T02:00:00Z","count":3},
                {"dueAt":"2025-12-29T02:00:00Z","kind":"fired","error":"CEL0202: \u001b[2J no"}]}
                """),
            (HttpStatusCode.OK, """{"state":"running"}"""),
            (HttpStatusCode.OK, """{"state":"completed"}"""));

        Assert.Equal(ExitCodes.Success, await _bench.RunAsync(app, "schedules show nightly"));

        Assert.Equal(
            ["GET http://127.0.0.1:7071/api/schedules/nightly?firings=10", "GET http://127.0.0.1:7071/api/tasks/t1", "GET http://127.0.0.1:7071/api/runs/r1"], app.Requests);
        Assert.Equal(
            """
            name       nightly
            state      active
            when       every day at 03:00, Europe/Berlin
            cron       0 3 * * *
            sends      task invoices.render
            overlap    skip
            missed     runAll, 100 at most
            defined in api

            next
              2026-01-02 02:00:00Z  in 14 h
              2026-01-03 02:00:00Z  in 38 h

            latest
              2026-01-01 02:00:00Z  fired, sent 0.4 s after it was due: running
                t1
              2025-12-31 02:00:00Z  fired, by hand, sent 1.0 s after it was due: completed
                r1
                instead of t0, which was revoked
              2025-12-30 02:00:00Z  missed, 3 due times from 2025-12-28 02:00:00Z on
              2025-12-29 02:00:00Z  fired
                CEL0202:  [2J no

            payload
            {
              "city": "Zürich\u001B[2J"
            }

            """,
            _bench.Output);
    }

    [Theory]
    [InlineData("schedules list")]
    [InlineData("schedules show x")]
    public async Task Json_IsTheAnswer_OfOneRequest(string line)
    {
        using var app = new ScriptedApp((HttpStatusCode.OK, """{"a":"\u001b[2J"}"""));

        Assert.Equal(ExitCodes.Success, await _bench.RunAsync(app, $"{line} --json"));

        Assert.Single(app.Requests);
        Assert.Equal("{\n  \"a\": \"\\u001B[2J\"\n}\n", _bench.Output);
    }

    [Theory]
    [InlineData("pause", """{"changed":true}""", "Paused.")]
    [InlineData("pause", """{"changed":false}""", "It was paused before.")]
    [InlineData("resume", """{"changed":true}""", "It fires again.")]
    [InlineData("resume", """{"changed":false}""", "It was not paused.")]
    [InlineData("run", """{"id":"t9"}""", "Fired as t9.")]
    public async Task Change_SaysWhatItDid(string verb, string answer, string message)
    {
        using var app = new ScriptedApp((HttpStatusCode.OK, answer));

        Assert.Equal(ExitCodes.Success, await _bench.RunAsync(app, $"schedules {verb} some/name --why because"));

        Assert.StartsWith($"POST http://127.0.0.1:7071/api/schedules/some%2Fname/{verb} {{\"who\":", Assert.Single(app.Requests), StringComparison.Ordinal);
        Assert.EndsWith(",\"why\":\"because\"}", app.Requests[0], StringComparison.Ordinal);
        Assert.Equal(message, _bench.Output.Trim());
    }

    [Fact]
    public async Task Add_SendsAllOfIt()
    {
        using var app = new ScriptedApp((HttpStatusCode.NotFound, """{"code":"CEL0291","detail":"There is none."}"""), (HttpStatusCode.Created, $$"""{{{Nightly}}}"""));
        _bench.Around = _bench.Around with { Input = new StringReader("""{"month":7}""") };

        Assert.Equal(ExitCodes.Success, await _bench.RunAsync(
            app,
            "schedules", "add", "nightly", "--cron", "0 3 * * *", "--zone", "Europe/Berlin", "--task", "invoices.render", "--payload", "-", "--overlap", "Queue", "--missed",
            "runall", "--max-missed", "7", "--jitter", "30s", "--start", "2026-01-31", "--end", "2026-02-28T12:00Z", "--disabled", "--why", "asked"));

        Assert.Equal("GET http://127.0.0.1:7071/api/schedules/nightly?firings=1", app.Requests[0]);
        Assert.Equal(
            "PUT http://127.0.0.1:7071/api/schedules/nightly {\"cron\":\"0 3 * * *\",\"timeZone\":\"Europe/Berlin\",\"jitter\":\"00:00:30\",\"startAt\":\"2026-01-30T23:00:00Z\","
                + "\"endAt\":\"2026-02-28T12:00:00Z\",\"enabled\":false,\"overlap\":\"queue\",\"missed\":\"runAll\",\"maxMissed\":7,\"task\":\"invoices.render\",\"payload\":{\"month\":7},"
                + $"\"who\":\"{Environment.UserName}\",\"why\":\"asked\"}}",
            app.Requests[1]);
        Assert.StartsWith("nightly  active\n  every day at 03:00, Europe/Berlin: task invoices.render\n  next in 14 h", _bench.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("90s", "00:01:30")]
    [InlineData("15m", "00:15:00")]
    [InlineData("6h", "06:00:00")]
    [InlineData("1d", "1.00:00:00")]
    [InlineData("06:30:00", "06:30:00")]
    public async Task Add_TakesLengths(string every, string sent)
    {
        using var app = new ScriptedApp((HttpStatusCode.NotFound, """{"code":"CEL0291","detail":"There is none."}"""), (HttpStatusCode.Created, $$"""{{{Nightly}}}"""));

        Assert.Equal(ExitCodes.Success, await _bench.RunAsync(app, $"schedules add x --every {every} --pipeline p"));

        Assert.Contains($"""{"{"}"every":"{sent}","enabled":true,"maxMissed":100,"pipeline":"p",""", app.Requests[1], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("add nightly --every 1h --task t", "There is this one already. Replace it? [y/N]", "PUT")]
    [InlineData("remove nightly", "Remove it? [y/N]", "DELETE")]
    public async Task WhatIsLost_IsShownAndAskedFor(string line, string question, string method)
    {
        using var app = new ScriptedApp((HttpStatusCode.OK, $$"""{{{Nightly}}}"""));
        using var unsure = new CommandBench();
        using var yes = new CommandBench();
        unsure.Around = unsure.Around with { CanAsk = true, Input = new StringReader("n\n") };
        yes.Around = yes.Around with { CanAsk = true, Input = new StringReader("y\n") };

        Assert.Equal(ExitCodes.WrongUsage, await _bench.RunAsync(app, $"schedules {line}"));
        Assert.Contains("Nobody can be asked here", _bench.Error, StringComparison.Ordinal);
        Assert.Equal(ExitCodes.Success, await unsure.RunAsync(app, $"schedules {line}"));
        Assert.EndsWith("Nothing was changed.", unsure.Error.TrimEnd(), StringComparison.Ordinal);
        Assert.All(app.Requests, request => Assert.StartsWith("GET ", request, StringComparison.Ordinal));

        Assert.Equal(ExitCodes.Success, await yes.RunAsync(app, $"schedules {line}"));
        Assert.StartsWith("nightly  active", yes.Error, StringComparison.Ordinal);
        Assert.Contains(question, yes.Error, StringComparison.Ordinal);
        Assert.StartsWith($"{method} http://127.0.0.1:7071/api/schedules/nightly {{", app.Requests[^1], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Remove_WithYes_DoesNotAsk()
    {
        using var app = new ScriptedApp((HttpStatusCode.OK, $$"""{{{Nightly}}}"""));

        Assert.Equal(ExitCodes.Success, await _bench.RunAsync(app, "schedules remove nightly --yes"));

        Assert.StartsWith("DELETE ", app.Requests[^1], StringComparison.Ordinal);
        Assert.Equal("Removed.", _bench.Output.Trim());
    }

    [Fact]
    public async Task OneThatIsNotThere_IsTold()
    {
        using var app = new ScriptedApp((HttpStatusCode.NotFound, """{"code":"CEL0291","detail":"There is no schedule of that name."}"""));

        Assert.Equal(ExitCodes.RunFailed, await _bench.RunAsync(app, "schedules remove x --yes"));

        Assert.Equal("CEL0291: There is no schedule of that name.", _bench.Error.Trim());
        Assert.Single(app.Requests);
    }

    [Theory]
    [InlineData("add x --task t", "Say when: either --cron or --every.")]
    [InlineData("add x --cron @daily --every 1h --task t", "Say when: either --cron or --every.")]
    [InlineData("add x --every 1h", "Say what: either --task or --pipeline.")]
    [InlineData("add x --every 1h --task t --pipeline p", "Say what: either --task or --pipeline.")]
    [InlineData("add x --every 5 --task t", "--every is '5': give a length such as 90s, 15m, 6h or 1d, or 06:00:00.")]
    [InlineData("add x --every -1h --task t", "--every is '-1h': give a length")]
    [InlineData("add x --every 1h --task t --overlap maybe", "--overlap is 'maybe': give one of skip, queue, replace, allow.")]
    [InlineData("add x --every 1h --task t --payload none.json", "--payload cannot be read")]
    [InlineData("add x --every 1h --task t --start soon", "--start is 'soon': give a time")]
    [InlineData("show x --firings 51", "--firings is '51': give a number from 1 to 50.")]
    [InlineData("pause", "Required argument 'name' missing")]
    public async Task WrongUsage_IsTold_AndNothingIsAsked(string line, string message)
    {
        using var app = new ScriptedApp((HttpStatusCode.OK, "{}"));

        Assert.Equal(ExitCodes.WrongUsage, await _bench.RunAsync(app, $"schedules {line}"));

        Assert.StartsWith(message, _bench.Error, StringComparison.Ordinal);
        Assert.Contains($"See `celerity schedules {line.Split(' ')[0]} --help`.", _bench.Error, StringComparison.Ordinal);
        Assert.Empty(app.Requests);
    }
}
