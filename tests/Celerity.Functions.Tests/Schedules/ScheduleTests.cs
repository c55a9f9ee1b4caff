using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Celerity.Functions.Hosting;
using Celerity.Functions.Http;
using Celerity.Functions.Pipelines;
using Celerity.Functions.Queues;
using Celerity.Functions.Schedules;
using Celerity.Runs;
using Celerity.Storage;
using Celerity.TestKit.Hosting;
using Celerity.Tests.Protocol;
using Microsoft.Azure.Functions.Worker.Builder;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Celerity.Functions.Tests.Schedules;

/// <summary>Schedules in the app itself, on the virtual clock: its timer, its queues, its orchestrations and its HTTP.</summary>
public sealed class ScheduleTests
{
    private static readonly (string Name, string Body, string Code, string Message)[] Unfit =
    [
        ("x", """{"cron":"0 24 * * *","task":"schedules.note"}""", "CEL0290", "cron is"),
        ("x", """{"cron":"* * * * *","timeZone":"Mars/Base","task":"schedules.note"}""", "CEL0290", "timeZone is"),
        ("x", """{"every":"00:00:00","task":"schedules.note"}""", "CEL0290", "every is"),
        ("x", """{"every":"00:01:00","cron":"* * * * *","task":"schedules.note"}""", "CEL0290", "cron is given together"),
        ("x", """{"every":"00:01:00","jitter":"00:02:00","task":"schedules.note"}""", "CEL0290", "jitter is"),
        ("x", """{"every":"00:01:00","startAt":"2030-02-01T00:00:00Z","endAt":"2030-01-01T00:00:00Z","task":"schedules.note"}""", "CEL0290", "endAt is"),
        ("x", """{"every":"00:01:00","task":"no.such"}""", "CEL0293", "task is"),
        ("x", """{"every":"00:01:00","pipeline":"no-such"}""", "CEL0293", "pipeline is"),
        ("x", """{"every":"00:01:00","task":"schedules.note","payload":{"text":null}}""", "CEL0293", "payload is"),
        ("x", """{"every":"00:01:00","pipeline":"notes","payload":{"year":"soon"}}""", "CEL0293", "payload is"),
        ("x", """{"every":"00:01:00","pipeline":"notes","payload":{"year":1,"more":2}}""", "CEL0293", "payload is"),
        ("x", """{"every":"00:01:00","tusk":"schedules.note"}""", "CEL0302", "The body is no schedule"),
        ("x", """{"every":1,"task":"schedules.note"}""", "CEL0302", "The body is no schedule"),
        ("x", "[", "CEL0302", "The body is not JSON"),
        ("x", "null", "CEL0302", "The body is no schedule"),
        ("a%20b", """{"every":"00:01:00","task":"schedules.note","payload":{"text":"a"}}""", "CEL0290", "name is"),
    ];

    [Fact]
    public async Task Schedules_OfCodeAndConfiguration_SendTheirTaskAndStartTheirPipeline_WhateverCrashes()
    {
        await using var host = await StartAsync(options => options
            .Set("Celerity:Schedules:report:Cron", "*/20 * * * *")
            .Set("Celerity:Schedules:report:Pipeline", "notes")
            .Set("Celerity:Schedules:report:Payload", """{"year":2030}"""));

        await host.AdvanceAsync(TimeSpan.FromMinutes(31));
        await host.CrashAsync();
        await host.Services.GetRequiredService<StorageReadiness>().Ready;
        await host.AdvanceAsync(TimeSpan.FromMinutes(30));

        var report = await GetAsync(host, "schedules/report");
        Assert.Equal(
            ["2030-01-01T01:00:00+00:00", "2030-01-01T00:40:00+00:00", "2030-01-01T00:20:00+00:00"],
            report.GetProperty("firings").EnumerateArray().Select(firing => firing.GetProperty("dueAt").GetString()));
        var runs = (await GetAsync(host, "runs")).GetProperty("runs").EnumerateArray().ToList();
        Assert.Equal(3, runs.Count);
        Assert.All(runs, run => Assert.Equal("succeeded", run.GetProperty("state").GetString()));
        Assert.Equal(runs[0].GetProperty("id").GetString(), report.GetProperty("firings")[0].GetProperty("id").GetString());

        var nightly = await GetAsync(host, "schedules/nightly");
        Assert.Equal(
            ("code", "every day at 01:00", "Europe/Berlin", "2030-01-01T00:00:00+00:00"),
            (Text(nightly, "definedIn"), Text(nightly, "words"), Text(nightly, "timeZone"), (await GetAsync(host, "schedules/hourly")).GetProperty("last").GetProperty("dueAt").GetString()!.Replace("T01", "T00", StringComparison.Ordinal)));
        Assert.Equal(10, nightly.GetProperty("next").GetArrayLength());
        Assert.Equal("2030-01-02T00:00:00+00:00", nightly.GetProperty("next")[0].GetString());
    }

    [Fact]
    public async Task Schedule_ByTheMinute_RunsItsTaskAtEachDueTime()
    {
        await using var host = await StartAsync();
        var put = await host.Http.PutAsJsonAsync("/api/schedules/often", new { every = "00:00:20", task = "schedules.note", payload = new { text = "often" }, overlap = "allow", who = "ada", why = "a test" });
        Assert.Equal(HttpStatusCode.Created, put.StatusCode);

        await host.AdvanceAsync(TimeSpan.FromMinutes(2.1));

        var notes = host.Services.GetRequiredService<NoteBook>().Notes;
        Assert.Equal(Enumerable.Range(1, 6).Select(at => $"2030-01-01T00:0{at / 3}:{at % 3 * 20:00}.0000000Z"), notes.Select(note => note.Due).Order(StringComparer.Ordinal));
        Assert.Equal(6, notes.DistinctBy(note => note.Id).Count());
        Assert.Equal("schedule.put", (await GetAsync(host, "audit")).GetProperty("records")[0].GetProperty("what").GetString());
    }

    [Fact]
    public async Task Http_PauseResumeRunEditDelete_AnswerAndAct()
    {
        await using var host = await StartAsync();
        var body = new { cron = "*/5 * * * *", task = "schedules.note", payload = new { text = "a" } };
        Assert.Equal(HttpStatusCode.Created, (await host.Http.PutAsJsonAsync("/api/schedules/mine", body)).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await host.Http.PutAsJsonAsync("/api/schedules/mine", body)).StatusCode);
        Assert.True((await PostAsync(host, "mine/pause")).GetProperty("changed").GetBoolean());
        Assert.Equal("ada", (await GetAsync(host, "schedules/mine")).GetProperty("paused").GetProperty("who").GetString());
        Assert.Equal(0, (await GetAsync(host, "schedules/mine")).GetProperty("next").GetArrayLength());
        await host.AdvanceAsync(TimeSpan.FromMinutes(6));
        Assert.Empty(host.Services.GetRequiredService<NoteBook>().Notes);

        Assert.True((await PostAsync(host, "mine/resume")).GetProperty("changed").GetBoolean());
        var id = (await PostAsync(host, "mine/run")).GetProperty("id").GetString();
        await host.RunUntilIdleAsync();
        Assert.Equal(id, Assert.Single(host.Services.GetRequiredService<NoteBook>().Notes).Id);
        Assert.True((await GetAsync(host, "schedules/mine")).GetProperty("firings")[0].GetProperty("manual").GetBoolean());

        Assert.Equal(["hourly", "mine", "nightly"], (await GetAsync(host, "schedules")).GetProperty("schedules").EnumerateArray().Select(schedule => Text(schedule, "name")));
        Assert.Equal(HttpStatusCode.OK, (await host.Http.DeleteAsync("/api/schedules/mine")).StatusCode);
        await ProblemAsync(await host.Http.GetAsync("/api/schedules/mine"), HttpStatusCode.NotFound, "CEL0291");
        await ProblemAsync(await host.Http.PostAsync("/api/schedules/mine/run", null), HttpStatusCode.NotFound, "CEL0291");
        await ProblemAsync(await host.Http.PostAsync("/api/schedules/a%23b/pause", null), HttpStatusCode.NotFound, "CEL0291");
        await ProblemAsync(await host.Http.DeleteAsync("/api/schedules/nightly"), HttpStatusCode.Conflict, "CEL0292");
        await ProblemAsync(await host.Http.PutAsJsonAsync("/api/schedules/nightly", body), HttpStatusCode.Conflict, "CEL0292");
        Assert.True((await PostAsync(host, "nightly/pause")).GetProperty("changed").GetBoolean());
        Assert.Equal(
            ["schedule.delete", "schedule.pause", "schedule.pause", "schedule.put", "schedule.put", "schedule.resume", "schedule.run"],
            (await GetAsync(host, "audit")).GetProperty("records").EnumerateArray().Select(record => Text(record, "what")!).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Put_ThatDoesNotFit_IsRefused_AndNothingChanges()
    {
        await using var host = await StartAsync();

        foreach (var (name, body, code, message) in Unfit)
        {
            var answer = await host.Http.PutAsync($"/api/schedules/{name}", new StringContent(body, Encoding.UTF8, "application/json"));
            Assert.StartsWith(message, await ProblemAsync(answer, HttpStatusCode.BadRequest, code), StringComparison.Ordinal);
        }

        var grown = JsonSerializer.Serialize(new { every = "00:01:00", pipeline = "notes", payload = new { year = 1, text = "x" } }).Replace("\"x\"", $"\"{new string('é', 8000)}\"", StringComparison.Ordinal);
        var tooLarge = await host.Http.PutAsync("/api/schedules/x", new StringContent(grown, Encoding.UTF8, "application/json"));
        Assert.Contains("CEL0322", await ProblemAsync(tooLarge, HttpStatusCode.BadRequest, "CEL0293"), StringComparison.Ordinal);
        Assert.Equal(2, (await GetAsync(host, "schedules")).GetProperty("schedules").GetArrayLength());
        Assert.Equal(0, (await GetAsync(host, "audit")).GetProperty("records").GetArrayLength());
    }

    [Fact]
    public async Task Start_SchedulesThatExceedARateLimit_AreWarnedOf()
    {
        await using var host = await StartAsync(options => options
            .Set("Celerity:Schedules:often:Every", "00:00:01")
            .Set("Celerity:Schedules:often:Task", "schedules.note")
            .Set("Celerity:Schedules:often:Payload", """{"text":"a"}""")
            .Set("Celerity:Tasks:schedules.note:RateLimit", "30/m"));

        Assert.Contains("often send the task 'schedules.note' faster than its rate limit", host.Transcript.ToString(), StringComparison.Ordinal);
        Assert.Equal(1, (await GetAsync(host, "schedules")).GetProperty("warnings").GetArrayLength());
    }

    [Fact]
    public async Task Run_StartedTwice_IsOneRun()
    {
        await using var host = await StartAsync();
        var (starter, id) = (host.Services.GetRequiredService<RunStarter>(), RunKey.NewId(host.Time));

        for (var time = 0; time < 2; time++)
        {
            _ = await starter.StartAsync(host.Durable, id, "notes", """{"year":1}""", TestContext.Current.CancellationToken);
            await host.RunUntilIdleAsync();
        }

        var run = Assert.Single((await GetAsync(host, "runs")).GetProperty("runs").EnumerateArray());
        Assert.Equal((id, "succeeded"), (Text(run, "id"), Text(run, "state")));
    }

    [Fact]
    public async Task Run_WhoseStarterDied_IsStartedByMaintenance()
    {
        await using var host = await StartAsync();
        var (runs, id) = (host.Services.GetRequiredService<RunStore>(), RunKey.NewId(host.Time));
        var note = new TableRow("pending-runs", id, new Dictionary<string, object> { ["at"] = host.Now });
        await host.Services.GetRequiredService<ITableStore>().TryInsertAsync(StorageNames.ControlTable, note, TestContext.Current.CancellationToken);
        await runs.TryInsertAsync(
            new RunRecord { Id = id, Pipeline = "notes", State = RunState.Pending, Request = """{"year":1}""", CreatedAt = host.Now }, TestContext.Current.CancellationToken);

        _ = await host.Services.GetRequiredService<RunStarter>().StartAsync(host.Durable, id, "notes", """{"year":1}""", TestContext.Current.CancellationToken);
        Assert.Null(await host.Durable.GetInstanceAsync(RunInstance.Of(id, 1), TestContext.Current.CancellationToken));
        await host.AdvanceAsync(TimeSpan.FromMinutes(3));

        Assert.Equal("succeeded", Text(await GetAsync(host, $"runs/{id}"), "state"));
    }

    [Fact]
    public async Task Run_WhoseStarterDiedBeforeItsRow_IsStartedAgain_WithANoteOfItsOwn()
    {
        await using var host = await StartAsync();
        var (tables, id) = (host.Services.GetRequiredService<ITableStore>(), RunKey.NewId(host.Time));
        var note = new TableRow("pending-runs", id, new Dictionary<string, object> { ["at"] = host.Now.AddMinutes(-10) });
        var old = await tables.TryInsertAsync(StorageNames.ControlTable, note, TestContext.Current.CancellationToken);

        _ = await host.Services.GetRequiredService<RunStarter>().StartAsync(host.Durable, id, "notes", """{"year":1}""", TestContext.Current.CancellationToken);
        await host.RunUntilIdleAsync();

        Assert.Equal("succeeded", Text(await GetAsync(host, $"runs/{id}"), "state"));
        Assert.False(await tables.TryDeleteAsync(StorageNames.ControlTable, "pending-runs", id, old!, TestContext.Current.CancellationToken));
        Assert.Null(await tables.FindAsync(StorageNames.ControlTable, "pending-runs", id, TestContext.Current.CancellationToken));
    }

    [Theory]
    [InlineData("Cron", "0 24 * * *", "CEL0290: Celerity:Schedules:bad:Cron is \"0 24 * * *\"; it must be five fields")]
    [InlineData("TimeZone", "Mars/Base", "CEL0290: Celerity:Schedules:bad:TimeZone is \"Mars/Base\";")]
    [InlineData("Task", "no.such", "CEL0293: Celerity:Schedules:bad:Task is 'no.such';")]
    [InlineData("Payload", """{"text":null}""", "CEL0293: Celerity:Schedules:bad:Payload is not what its target takes;")]
    [InlineData("Payload", "{", "CEL0290: Celerity:Schedules:bad:Payload is no JSON;")]
    [InlineData("Jitter", "5", "CEL0308: Celerity:Schedules:bad:Jitter is \"5\", which cannot be read.")]
    [InlineData("Overlap", "1", "CEL0308: Celerity:Schedules:bad:Overlap is \"1\", which cannot be read.")]
    [InlineData("Corn", "x", "CEL0308: Celerity:Schedules:bad:Corn is no setting of a schedule. There are Cron, Every,")]
    public async Task Start_WrongSchedule_IsRefusedByItsFullKey(string setting, string value, string message)
    {
        var exception = await Assert.ThrowsAnyAsync<Exception>(() => StartAsync(options =>
        {
            options.Set("Celerity:Schedules:bad:Cron", "* * * * *").Set("Celerity:Schedules:bad:Task", "schedules.note").Set("Celerity:Schedules:bad:Payload", """{"text":"a"}""");
            options.Set($"Celerity:Schedules:bad:{setting}", value);
        }));

        Assert.Contains(message, exception.ToString(), StringComparison.Ordinal);
    }

    private static async Task<FunctionTestHost> StartAsync(Action<FunctionTestHostOptions>? configure = null)
    {
        var host = await FunctionTestHost.StartAsync(SetUp, options => SetUp(options, configure));
        await host.Services.GetRequiredService<StorageReadiness>().Ready;
        return host;
    }

    private static void SetUp(FunctionsApplicationBuilder builder)
    {
        builder.ConfigureFunctionsWebApplication();
        builder.AddCelerity(typeof(ScheduleTests).Assembly)
            .AddSchedule("nightly", new NoteTask("good night"), schedule => (schedule.Cron, schedule.TimeZone) = ("0 1 * * *", "Europe/Berlin"))
            .AddSchedule("hourly", new NoteTask("cuckoo"), schedule => schedule.Every = TimeSpan.FromHours(1));
        builder.Services.AddSingleton<NoteBook>();
        builder.Services.AddSingleton<Limits.Diary>();
        StageMutation.Apply(builder.Services);
    }

    private static void SetUp(FunctionTestHostOptions options, Action<FunctionTestHostOptions>? configure)
    {
        Type[] types =
        [
            typeof(TaskFunctions), typeof(MaintenanceFunctions), typeof(ScheduleFunctions), typeof(ScheduleEndpoints), typeof(OperationEndpoints),
            typeof(RunEndpoints), typeof(RunOrchestrator), typeof(RunActivities), typeof(NotePipeline),
        ];
        foreach (var type in types)
        {
            options.FunctionTypes.Add(type);
        }

        options.ServedConnections.Add("AzureWebJobsStorage");
        configure?.Invoke(options);
    }

    private static string? Text(JsonElement element, string property) => element.GetProperty(property).GetString();

    private static Task<JsonElement> GetAsync(FunctionTestHost host, string path) => host.Http.GetFromJsonAsync<JsonElement>($"/api/{path}");

    private static async Task<JsonElement> PostAsync(FunctionTestHost host, string path)
    {
        using var response = await host.Http.PostAsJsonAsync($"/api/schedules/{path}", new { who = "ada", why = "a test" });
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        return await response.Content.ReadFromJsonAsync<JsonElement>();
    }

    private static async Task<string> ProblemAsync(HttpResponseMessage response, HttpStatusCode status, string code)
    {
        var problem = await response.Content.ReadFromJsonAsync<JsonElement>();
        Assert.Equal((status, code), (response.StatusCode, Text(problem, "code")));
        return Text(problem, "detail")!;
    }
}
