using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json.Nodes;
using Celerity.LocalRuntime.Tests.Orchestration;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;
using Xunit;

namespace Celerity.LocalRuntime.Tests.Durable;

/// <summary>The management API over HTTP, as scripts and the official SDKs of other languages use it.</summary>
public sealed class ManagementApi : IAsyncLifetime
{
    private const string Base = "/runtime/webhooks/durabletask";
    private DurableApp _app = null!;

    public async ValueTask InitializeAsync() => _app = await DurableApp.StartAsync(typeof(SampleFunctions));

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    [Fact]
    public async Task Start_ThenStatus_EndsWithTheOutput()
    {
        using var started = await _app.Http.PostAsJsonAsync($"{Base}/orchestrators/HelloCities/h1", new[] { "Oslo", "Rome" });

        Assert.Equal(HttpStatusCode.Accepted, started.StatusCode);
        Assert.Equal("10", started.Headers.GetValues("Retry-After").Single());
        var urls = await Json(started);
        Assert.Equal("h1", (string?)urls["id"]);
        Assert.Equal(started.Headers.Location!.OriginalString, (string?)urls["statusQueryGetUri"]);
        Assert.Contains("/instances/h1/terminate?reason={text}&taskHub=TestHub", (string?)urls["terminatePostUri"], StringComparison.Ordinal);

        await EndOf("h1");
        using var status = await _app.Http.GetAsync((string?)urls["statusQueryGetUri"] + "&showHistory=true");
        Assert.Equal(HttpStatusCode.OK, status.StatusCode);
        var body = await Json(status);
        Assert.Equal("Completed", (string?)body["runtimeStatus"]);
        Assert.Equal("""["Hello Oslo from h1!","Hello Rome from h1!"]""", body["output"]!.ToJsonString());
        Assert.Equal("""["Oslo","Rome"]""", body["input"]!.ToJsonString());
        Assert.Equal(12, body["historyEvents"]!.AsArray().Count);
        Assert.Matches(@"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$", (string?)body["createdTime"]);
    }

    [Fact]
    public async Task Start_WithTimeout_AnswersWithTheOutput()
    {
        using var answer = await _app.Http.PostAsJsonAsync($"{Base}/orchestrators/HelloCities?timeout=30&pollingInterval=1", new[] { "Bonn" });

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.StartsWith("""["Hello Bonn""", await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/orchestrators/NoSuch", "{}", HttpStatusCode.BadRequest)]
    [InlineData("/orchestrators/Approval", "{not json", HttpStatusCode.BadRequest)]
    [InlineData("/orchestrators/Approval/@entity", "", HttpStatusCode.BadRequest)]
    [InlineData("/instances/nobody/terminate", "", HttpStatusCode.NotFound)]
    [InlineData("/instances/nobody/raiseEvent/E", "1", HttpStatusCode.NotFound)]
    [InlineData("/instances/nobody/restart", "", HttpStatusCode.BadRequest)]
    public async Task Post_Impossible_SaysSo(string path, string body, HttpStatusCode expected)
    {
        using var content = new StringContent(body, Encoding.UTF8, "application/json");

        using var answer = await _app.Http.PostAsync(Base + path, content);

        Assert.Equal(expected, answer.StatusCode);
    }

    [Fact]
    public async Task RaiseEvent_WaitingInstance_Completes()
    {
        await StartApproval("a1");
        await Waiting("a1");
        using var running = await _app.Http.GetAsync($"{Base}/instances/a1");
        Assert.Equal(HttpStatusCode.Accepted, running.StatusCode);
        Assert.Equal("5", running.Headers.GetValues("Retry-After").Single());
        Assert.Equal("waiting", (string?)(await Json(running))["customStatus"]);

        using var raised = await _app.Http.PostAsJsonAsync($"{Base}/instances/a1/raiseEvent/approved", true);
        Assert.Equal(HttpStatusCode.Accepted, raised.StatusCode);

        Assert.True((await EndOf("a1")).ReadOutputAs<bool>());
        using var late = await _app.Http.PostAsJsonAsync($"{Base}/instances/a1/raiseEvent/approved", true);
        Assert.Equal(HttpStatusCode.Gone, late.StatusCode);
        using var text = await _app.Http.PostAsync($"{Base}/instances/a1/raiseEvent/approved", new StringContent("true"));
        Assert.Equal(HttpStatusCode.BadRequest, text.StatusCode);
    }

    [Fact]
    public async Task Start_IdThatRuns_IsAConflict()
    {
        await StartApproval("twice");

        using var again = await _app.Http.PostAsync($"{Base}/orchestrators/Approval/twice", null);

        Assert.Equal(HttpStatusCode.Conflict, again.StatusCode);
    }

    [Fact]
    public async Task SuspendResumeTerminate_InTurn()
    {
        await StartApproval("s1");
        await Waiting("s1");

        Assert.Equal(HttpStatusCode.Accepted, await Post("/instances/s1/suspend?reason=pause"));
        await _app.Orchestrations.WhenIdleAsync().WaitAsync(EngineWorld.HangLimit);
        Assert.Equal("Suspended", (string?)(await GetJson("/instances/s1"))["runtimeStatus"]);
        Assert.Equal(HttpStatusCode.Accepted, await Post("/instances/s1/resume"));
        await _app.Orchestrations.WhenIdleAsync().WaitAsync(EngineWorld.HangLimit);
        Assert.Equal("Running", (string?)(await GetJson("/instances/s1"))["runtimeStatus"]);
        Assert.Equal(HttpStatusCode.Accepted, await Post("/instances/s1/terminate?reason=enough"));

        Assert.Equal("enough", (await EndOf("s1")).ReadOutputAs<string>());
        Assert.Equal(HttpStatusCode.Gone, await Post("/instances/s1/terminate"));
        Assert.Equal(HttpStatusCode.PreconditionFailed, await Post("/instances/s1/rewind"));
    }

    [Fact]
    public async Task Get_FailedInstance_Is500WhenAsked()
    {
        using var started = await _app.Http.PostAsync($"{Base}/orchestrators/Fails/f1", null);
        await EndOf("f1");

        using var plain = await _app.Http.GetAsync($"{Base}/instances/f1");
        using var asked = await _app.Http.GetAsync($"{Base}/instances/f1?returnInternalServerErrorOnFailure=true");

        Assert.Equal((HttpStatusCode.OK, HttpStatusCode.InternalServerError), (plain.StatusCode, asked.StatusCode));
        Assert.Equal("System.InvalidOperationException: on purpose", (string?)(await Json(plain))["output"]);
    }

    [Fact]
    public async Task List_WithFilterAndTop_Pages()
    {
        foreach (var id in new[] { "l1", "l2", "l3" })
        {
            await StartApproval(id);
        }

        using var first = await _app.Http.GetAsync($"{Base}/instances?instanceIdPrefix=l&top=2&runtimeStatus=Running,Pending");
        Assert.Equal(["l1", "l2"], (await first.Content.ReadFromJsonAsync<JsonArray>())!.Select(item => (string?)item!["instanceId"]));
        using var next = new HttpRequestMessage(HttpMethod.Get, $"{Base}/instances?instanceIdPrefix=l&top=2");
        next.Headers.Add("x-ms-continuation-token", first.Headers.GetValues("x-ms-continuation-token").Single());
        using var second = await _app.Http.SendAsync(next);
        Assert.Equal(["l3"], (await second.Content.ReadFromJsonAsync<JsonArray>())!.Select(item => (string?)item!["instanceId"]));
        Assert.False(second.Headers.Contains("x-ms-continuation-token"));
    }

    [Fact]
    public async Task Delete_OneAndMany()
    {
        await StartApproval("d1");
        using var running = await _app.Http.DeleteAsync($"{Base}/instances/d1");
        Assert.Equal(HttpStatusCode.PreconditionFailed, running.StatusCode);
        await Post("/instances/d1/terminate");
        await EndOf("d1");

        using var withoutFrom = await _app.Http.DeleteAsync($"{Base}/instances");
        Assert.Equal(HttpStatusCode.BadRequest, withoutFrom.StatusCode);
        using var many = await _app.Http.DeleteAsync($"{Base}/instances?createdTimeFrom=2000-01-01T00:00:00Z&runtimeStatus=Terminated");
        Assert.Equal("""{"instancesDeleted":1}""", await many.Content.ReadAsStringAsync());
        using var gone = await _app.Http.DeleteAsync($"{Base}/instances/d1");
        Assert.Equal(HttpStatusCode.NotFound, gone.StatusCode);
    }

    [Fact]
    public async Task Rewind_OnlyOfFailed_IsAcceptedAndRunsAgain()
    {
        using var started = await _app.Http.PostAsync($"{Base}/orchestrators/Fails/f9", null);
        await EndOf("f9");

        using var unknown = await _app.Http.PostAsync($"{Base}/instances/nobody/rewind", null);
        using var rewound = await _app.Http.PostAsync($"{Base}/instances/f9/rewind?reason=again", null);
        await EndOf("f9");

        Assert.Equal(HttpStatusCode.NotFound, unknown.StatusCode);
        Assert.Equal(HttpStatusCode.Accepted, rewound.StatusCode);
        Assert.Contains("ExecutionRewound", _app.Orchestrations.ReadHistoryKinds("f9"));
    }

    [Fact]
    public async Task Restart_Ended_RunsAgainUnderANewId()
    {
        var id = await _app.Orchestrations.Client.ScheduleNewOrchestrationInstanceAsync("HelloCities", new[] { "Kyiv" });
        await EndOf(id);

        using var restarted = await _app.Http.PostAsync($"{Base}/instances/{id}/restart", null);
        var copy = (string)(await Json(restarted))["id"]!;

        Assert.NotEqual(id, copy);
        Assert.Equal([$"Hello Kyiv from {copy}!"], (await EndOf(copy)).ReadOutputAs<string[]>()!);
    }

    private static async Task<JsonObject> Json(HttpResponseMessage response) => (await response.Content.ReadFromJsonAsync<JsonObject>())!;

    private async Task<JsonObject> GetJson(string path) => (await _app.Http.GetFromJsonAsync<JsonObject>(Base + path))!;

    private async Task<HttpStatusCode> Post(string path)
    {
        using var answer = await _app.Http.PostAsync(Base + path, null);
        return answer.StatusCode;
    }

    private async Task StartApproval(string id) => await _app.Orchestrations.Client.ScheduleNewOrchestrationInstanceAsync(
        "Approval", new StartOrchestrationOptions(id));

    private async Task Waiting(string id)
    {
        await _app.Orchestrations.Client.WaitForInstanceStartAsync(id).WaitAsync(EngineWorld.HangLimit);
        await _app.Orchestrations.WhenIdleAsync().WaitAsync(EngineWorld.HangLimit);
    }

    private Task<OrchestrationMetadata> EndOf(string id) =>
        _app.Orchestrations.Client.WaitForInstanceCompletionAsync(id, getInputsAndOutputs: true).WaitAsync(EngineWorld.HangLimit);
}
