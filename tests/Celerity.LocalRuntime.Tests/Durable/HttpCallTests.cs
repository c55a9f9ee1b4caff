using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;
using Celerity.LocalRuntime.Durable.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Extensions.DurableTask.Http;
using Microsoft.DurableTask.Client;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Primitives;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace Celerity.LocalRuntime.Tests.Durable;

/// <summary>HTTP requests of orchestrators, against the functions of the same app; and answers that wait for orchestrations.</summary>
public sealed class HttpCallTests : IAsyncLifetime
{
    private static readonly TimeSpan HangLimit = TimeSpan.FromSeconds(60);

    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero));
    private readonly HttpCallFunctions.Server _server = new();
    private DurableApp _app = null!;

    private DurableTaskClient Client => _app.Orchestrations.Client;

    public async ValueTask InitializeAsync() => _app = await DurableApp.StartAsync(typeof(HttpCallFunctions), builder =>
    {
        builder.Services.AddSingleton<TimeProvider>(_time);
        builder.Services.AddSingleton(_server);
    });

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    [Theory]
    [InlineData("GET", null, 200, "200 GET [] no content tag after 0 s")]
    [InlineData("POST", "{}", 200, "200 POST [{}] text/special tag after 0 s")]
    [InlineData("GET", null, 404, "404 GET [] no content tag after 0 s")]
    public async Task CallHttp_Answer_IsTheResultWhateverItsStatus(string method, string? content, int status, string expected) =>
        Assert.Equal(expected, await CallAsync(method, $"/api/echo/{status}", content));

    [Fact]
    public async Task CallHttp_ShortForm_SendsJsonAndNoHeaders()
    {
        var id = await Client.ScheduleNewOrchestrationInstanceAsync("CallShort", new Uri(_app.Http.BaseAddress!, "/api/echo/200").ToString());

        Assert.Equal("GET [] no content", (await RunToEndAsync(id)).ReadOutputAs<string>());
    }

    [Theory]
    [InlineData(5, 10)]
    [InlineData(0, 60)]
    public async Task CallHttp_Accepted_AsksAtTheLocationAfterRetryAfterElseTheDefault(int pause, int seconds)
    {
        Assert.Equal($"200 GET tag after {seconds} s", await CallAsync("POST", $"/api/slow/2/{pause}", "{}"));
        Assert.Equal(3, _server.Calls);
    }

    [Fact]
    public async Task CallHttp_AcceptedWithoutFollowing_IsTheResult() =>
        Assert.Equal("202 POST tag after 0 s", await CallAsync("POST", "/api/slow/2/5", "{}", follows: false));

    [Fact]
    public async Task CallHttp_RetriedStatus_IsAskedAgainThenFails()
    {
        Assert.Equal("System.Net.Http.HttpRequestException after 120 s", await CallAsync("GET", "/api/echo/503", attempts: 3));
        Assert.Equal(3, _server.Calls);
    }

    [Fact]
    public async Task CallHttp_PollingBeyondTheTimeout_Fails()
    {
        var id = await Client.ScheduleNewOrchestrationInstanceAsync(
            "Call", new HttpCallFunctions.CallInput("GET", Uri("/api/slow/9/10"), Timeout: TimeSpan.FromSeconds(25)));

        var ended = await RunToEndAsync(id);

        Assert.StartsWith("System.TimeoutException", ended.SerializedOutput, StringComparison.Ordinal);
        Assert.Equal(3, _server.Calls);
    }

    [Fact]
    public async Task CallHttp_NoAnswerInTime_Fails()
    {
        var id = await Client.ScheduleNewOrchestrationInstanceAsync(
            "Call", new HttpCallFunctions.CallInput("GET", Uri("/api/Never"), Timeout: TimeSpan.FromSeconds(25)));
        await _server.Asked.Task.WaitAsync(HangLimit);

        _time.Advance(TimeSpan.FromSeconds(25));
        var ended = await Client.WaitForInstanceCompletionAsync(id, true).WaitAsync(HangLimit);
        _server.Release.SetResult();

        Assert.Equal("System.TimeoutException after 25 s", ended.ReadOutputAs<string>());
    }

    [Fact]
    public async Task GetFunctionContext_IsTheInvocationThatRunsTheOrchestrator()
    {
        var id = await Client.ScheduleNewOrchestrationInstanceAsync("Caller");

        Assert.Equal("Caller True", (await RunToEndAsync(id)).ReadOutputAs<string>());
    }

    [Fact]
    public async Task WaitForCompletion_Ended_AnswersWithTheInstance()
    {
        var id = await Client.ScheduleNewOrchestrationInstanceAsync("Caller");
        var failed = await Client.ScheduleNewOrchestrationInstanceAsync("Call", "no request");
        await RunToEndAsync(id);
        await RunToEndAsync(failed);

        using var response = await _app.Http.GetAsync($"/api/wait/{id}");
        var body = JsonNode.Parse(await response.Content.ReadAsStringAsync())!;
        using var error = await _app.Http.GetAsync($"/api/wait/{failed}");

        Assert.Equal((HttpStatusCode.OK, HttpStatusCode.InternalServerError), (response.StatusCode, error.StatusCode));
        Assert.Equal((id, "Completed", "\"Caller True\""), ((string?)body["InstanceId"], (string?)body["RuntimeStatus"], (string?)body["SerializedOutput"]));
    }

    [Fact]
    public async Task WaitForCompletion_GivenUp_AnswersWithTheAddressesOfTheProxy()
    {
        await _server.GiveUp.CancelAsync();
        using var request = new HttpRequestMessage(HttpMethod.Get, "/api/wait/any");
        request.Headers.Add("X-Forwarded-Proto", "https");
        request.Headers.Add("X-Forwarded-Host", "public.example");

        using var response = await _app.Http.SendAsync(request);

        Assert.Equal(HttpStatusCode.Accepted, response.StatusCode);
        Assert.StartsWith("https://public.example/runtime/webhooks/durabletask/instances/any?", response.Headers.Location!.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void CreateCheckStatusResponse_OfAnAspNetCoreRequest_IsAnActionResult()
    {
        var request = new DefaultHttpContext().Request;
        (request.Scheme, request.Host, request.Path) = ("http", new HostString("here:1"), "/api/x");

        var result = Assert.IsType<AcceptedResult>(Client.CreateCheckStatusResponse(request, "id-1", HttpStatusCode.OK));

        Assert.Equal((200, "id-1"), (result.StatusCode, ((HttpManagementPayload)result.Value!).Id));
        Assert.StartsWith("http://here:1/runtime/webhooks/durabletask/instances/id-1", result.Location, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("for=1.2.3.4;proto=https;host=\"a.example\", for=5.6.7.8;host=b", "x", "https://a.example")]
    [InlineData("for=1.2.3.4", "x", "http://here:1")]
    [InlineData(null, "b.example, c.example", "http://b.example")]
    [InlineData(null, null, "http://here:1")]
    public void RequestBaseUrl_ForwardedWins(string? forwarded, string? host, string expected) => Assert.Equal(expected, RequestBaseUrl.Of(
        new Uri("http://here:1/api/x"), name => name switch { "Forwarded" => forwarded, "X-Forwarded-Host" => host, _ => null }));

    [Fact]
    public void DurableHttpRequest_AsJson_KeepsAll()
    {
        var request = new DurableHttpRequest(HttpMethod.Patch, new Uri("https://example/x?y"))
        {
            Headers = new Dictionary<string, StringValues> { ["One"] = "1", ["Two"] = new(["1", "2"]) },
            Content = "{}",
            AsynchronousPatternEnabled = false,
            Timeout = TimeSpan.FromMinutes(1),
            HttpRetryOptions = new HttpRetryOptions([HttpStatusCode.BadGateway]) { MaxNumberOfAttempts = 2 },
        };

        var json = JsonSerializer.Serialize(request);
        var read = JsonSerializer.Deserialize<DurableHttpRequest>(json)!;

        Assert.Contains("\"headers\":{\"One\":\"1\",\"Two\":[\"1\",\"2\"]}", json, StringComparison.Ordinal);
        Assert.Equal(json, JsonSerializer.Serialize(read));
        Assert.Equal((HttpMethod.Patch, 2), (read.Method, read.Headers!["two"].Count));
    }

    private string Uri(string path) => new Uri(_app.Http.BaseAddress!, path).ToString();

    private async Task<string?> CallAsync(string method, string path, string? content = null, bool follows = true, int attempts = 0)
    {
        var id = await Client.ScheduleNewOrchestrationInstanceAsync("Call", new HttpCallFunctions.CallInput(method, Uri(path), content, follows, Attempts: attempts));
        return (await RunToEndAsync(id)).ReadOutputAs<string>();
    }

    private async Task<OrchestrationMetadata> RunToEndAsync(string id)
    {
        while (true)
        {
            await _app.Orchestrations.WhenIdleAsync().WaitAsync(HangLimit);
            if (await Client.GetInstanceAsync(id, true) is { IsCompleted: true } ended)
            {
                return ended;
            }

            _time.SetUtcNow(_app.Orchestrations.NextDueAt ?? throw new InvalidOperationException($"'{id}' waits for nothing that time brings."));
        }
    }
}
