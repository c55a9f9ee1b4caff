using System.Net;
using System.Net.Http.Json;
using System.Text;
using Celerity.LocalRuntime.Tests.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Builder;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Xunit;
using FromBodyAttribute = Microsoft.Azure.Functions.Worker.Http.FromBodyAttribute;

namespace Celerity.LocalRuntime.Tests.Http;

public sealed class HttpFunctionTests
{
    [Theory]
    [InlineData("GET", "api/Hello?name=Ada", HttpStatusCode.OK, """{"hello":"Ada"}""")]
    [InlineData("GET", "API/hello?name=Ada", HttpStatusCode.OK, """{"hello":"Ada"}""")]
    [InlineData("GET", "api/Hello", HttpStatusCode.OK, """{"hello":null}""")]
    [InlineData("POST", "api/Hello", HttpStatusCode.MethodNotAllowed, "")]
    [InlineData("GET", "api/items/5/rest", HttpStatusCode.OK, "5 rest q")]
    [InlineData("GET", "api/items/x/rest", HttpStatusCode.NotFound, "")]
    [InlineData("GET", "api/nothing", HttpStatusCode.NotFound, "")]
    [InlineData("GET", "api/throws", HttpStatusCode.InternalServerError, "")]
    [InlineData("GET", "api/status/418", (HttpStatusCode)418, "")]
    [InlineData("GET", "api/direct", HttpStatusCode.Accepted, "written")]
    [InlineData("GET", "api/noResult", HttpStatusCode.OK, "")]
    public async Task Send_AspNetCoreIntegration_AnswersAsTheHost(string method, string path, HttpStatusCode status, string body)
    {
        await using var app = await StartAsync();

        using var response = await app.Http.SendAsync(new HttpRequestMessage(new HttpMethod(method), path.Contains("items", StringComparison.Ordinal) ? $"{path}?q=q" : path));

        Assert.Equal(status, response.StatusCode);
        Assert.Equal(body, await response.Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task Send_FromBody_ReadsJsonWhateverTheCase()
    {
        await using var app = await StartAsync();

        using var response = await app.Http.PostAsJsonAsync("api/body", new { NAME = "a", count = 2 });

        Assert.Equal("a x2", await response.Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task Send_MalformedBody_Is500AndTheFunctionIsNotRun()
    {
        await using var app = await StartAsync();

        using var response = await app.Http.PostAsync("api/body", new StringContent("""{ "name": """, Encoding.UTF8, "application/json"));

        Assert.Equal(HttpStatusCode.InternalServerError, response.StatusCode);
    }

    [Fact]
    public async Task Send_BodyOverTheLimit_Is413()
    {
        await using var app = await StartAsync(builder =>
            builder.Configuration.AddInMemoryCollection([new("FUNCTIONS_REQUEST_BODY_SIZE_LIMIT", "10")]));

        using var response = await app.Http.PostAsync("api/body", new StringContent(new string('x', 50)));

        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, response.StatusCode);
    }

    [Fact]
    public async Task Send_RequestServices_AreTheInvocations()
    {
        await using var app = await StartAsync(builder => builder.Services.AddScoped<Scoped>());

        Assert.Equal("same", await app.Http.GetStringAsync("api/services"));
    }

    [Fact]
    public async Task Send_MultiOutput_AnswersWithTheMarkedProperty()
    {
        await using var app = await StartAsync();

        using var response = await app.Http.GetAsync("api/multi");

        Assert.Equal(HttpStatusCode.Conflict, response.StatusCode);
    }

    [Fact]
    public async Task Send_RoutePrefixEmpty_IsLeftOut()
    {
        await using var app = await StartAsync(hostJson: """{ "version": "2.0", "extensions": { "http": { "routePrefix": "" } } }""");

        Assert.Equal("""{"hello":"Ada"}""", await app.Http.GetStringAsync("Hello?name=Ada"));
    }

    [Fact]
    public async Task Send_ClientGoesAway_CancelsTheInvocation()
    {
        await using var app = await StartAsync(builder => builder.Services.AddSingleton<Signals>());
        var signals = app.Services.GetRequiredService<Signals>();
        using var cancel = new CancellationTokenSource();

        var request = app.Http.GetAsync("api/wait", cancel.Token);
        await signals.Entered.Task.WaitAsync(TimeSpan.FromSeconds(30));
        await cancel.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => request);
        await signals.Cancelled.Task.WaitAsync(TimeSpan.FromSeconds(30));
    }

    [Fact]
    public async Task Send_EnforcedKeys_OpenWhatTheyShould()
    {
        await using var app = await StartAsync(builder => builder.Configuration.AddInMemoryCollection([new("LocalRuntime:EnforceKeys", "true")]));

        Assert.Equal(HttpStatusCode.Unauthorized, (await app.Http.GetAsync("api/Hello")).StatusCode);
        Assert.Equal(HttpStatusCode.Accepted, (await app.Http.GetAsync("api/direct")).StatusCode);

        using var keys = System.Text.Json.JsonDocument.Parse(File.ReadAllText(Path.Combine(app.Folder, ".celerity/local/keys.json")));
        var host = keys.RootElement.GetProperty("HostKeys").GetProperty("default").GetString();
        var system = keys.RootElement.GetProperty("SystemKeys").GetProperty("durabletask_extension").GetString();
        var master = keys.RootElement.GetProperty("Master").GetString();
        Assert.Equal(HttpStatusCode.OK, (await app.Http.GetAsync($"api/Hello?code={host}")).StatusCode);
        Assert.Equal(HttpStatusCode.Unauthorized, (await app.Http.GetAsync($"api/Hello?code={system}")).StatusCode);
        Assert.Equal(HttpStatusCode.Unauthorized, (await app.Http.GetAsync($"api/forAdmins?code={host}")).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await app.Http.GetAsync($"api/forAdmins?code={master}")).StatusCode);
        Assert.Equal(HttpStatusCode.Unauthorized, (await app.Http.GetAsync($"admin/host/status?code={host}")).StatusCode);
        using var request = new HttpRequestMessage(HttpMethod.Get, "admin/host/status?code=wrong");
        request.Headers.Add("x-functions-key", master);
        Assert.Equal(HttpStatusCode.OK, (await app.Http.SendAsync(request)).StatusCode);
    }

    private static Task<LocalApp> StartAsync(Action<FunctionsApplicationBuilder>? configure = null, string? hostJson = null) =>
        LocalApp.StartAsync(
            [typeof(Functions)],
            builder =>
            {
                builder.ConfigureFunctionsWebApplication();
                configure?.Invoke(builder);
            },
            hostJson);

    public sealed class Functions
    {
        [Function("Hello")]
        public static IActionResult Hello([HttpTrigger(AuthorizationLevel.Function, "get")] HttpRequest request, string? name) =>
            new OkObjectResult(new { Hello = name });

        [Function("forAdmins")]
        public static IActionResult ForAdmins([HttpTrigger(AuthorizationLevel.Admin, "get")] HttpRequest request) => new OkResult();

        [Function("items")]
        public static IResult Items(
            [HttpTrigger("get", Route = "items/{id:int}/{rest?}")] HttpRequest request, int id, string? rest, string q) =>
            Results.Text($"{id} {rest} {q}");

        [Function("throws")]
        public static IActionResult Throws([HttpTrigger("get")] HttpRequest request) => throw new InvalidDataException("not for the client");

        [Function("status")]
        public static async Task<IActionResult> Status([HttpTrigger("get", Route = "status/{code}")] HttpRequest request, int code)
        {
            await Task.Yield();
            return new StatusCodeResult(code);
        }

        [Function("direct")]
        public static async Task Direct([HttpTrigger(AuthorizationLevel.Anonymous, "get")] HttpRequest request, FunctionContext context)
        {
            var response = context.GetHttpContext()!.Response;
            response.StatusCode = StatusCodes.Status202Accepted;
            await response.WriteAsync("written");
        }

        [Function("noResult")]
        public static string NoResult([HttpTrigger("get")] HttpRequest request) => "a plain value is no HTTP response here";

        [Function("body")]
        public static IResult Body([HttpTrigger("post")] HttpRequest request, [FromBody] Payload payload) =>
            Results.Text($"{payload.Name} x{payload.Count}");

        [Function("services")]
        public static IResult Services([HttpTrigger("get")] HttpRequest request, FunctionContext context) =>
            Results.Text(ReferenceEquals(
                request.HttpContext.RequestServices.GetRequiredService<Scoped>(), context.InstanceServices.GetRequiredService<Scoped>())
                ? "same"
                : "other");

        [Function("multi")]
        public static Multi MultiOutput([HttpTrigger("get")] HttpRequest request) => new() { Response = new ConflictResult() };

        [Function("wait")]
        public static async Task Wait([HttpTrigger("get")] HttpRequest request, FunctionContext context, CancellationToken cancellationToken)
        {
            var signals = context.InstanceServices.GetRequiredService<Signals>();
            using var registration = cancellationToken.Register(() => signals.Cancelled.SetResult());
            signals.Entered.SetResult();
            await signals.Cancelled.Task;
        }
    }

    public sealed record Payload(string Name, int Count);

    public sealed class Multi
    {
        [HttpResult]
        public IActionResult? Response { get; set; }
    }

    public sealed class Scoped;

    public sealed class Signals
    {
        public TaskCompletionSource Entered { get; } = new();

        public TaskCompletionSource Cancelled { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
