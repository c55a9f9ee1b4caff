using System.Text.Json;
using System.Threading.Channels;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Xunit;

namespace Celerity.Functions.Tests.EndToEnd;

/// <summary>The app tells a webhook, set by configuration, what happens to its tasks.</summary>
public sealed class WebhookTests : IAsyncLifetime
{
    private const string Secret = "whsec_AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=";

    private static readonly TimeSpan HangLimit = TimeSpan.FromSeconds(60);

    private readonly AppBench _bench = new();
    private readonly Channel<(string Type, string? Task, bool IsValid)> _posts = Channel.CreateUnbounded<(string, string?, bool)>();
    private readonly WebApplication _listener;

    public WebhookTests()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        _listener = builder.Build();
        _listener.Urls.Add("http://127.0.0.1:0");
        _listener.MapPost("/in", async (HttpContext context) =>
        {
            using var content = new MemoryStream();
            await context.Request.Body.CopyToAsync(content);
            string? Header(string name) => context.Request.Headers[name];
            var isValid = WebhookSignature.IsValid(
                Secret,
                Header(WebhookSignature.IdHeader),
                Header(WebhookSignature.TimestampHeader),
                Header(WebhookSignature.SignatureHeader),
                content.ToArray(),
                TimeProvider.System.GetUtcNow());
            var body = JsonElement.Parse(content.ToArray());
            _posts.Writer.TryWrite((body.GetProperty("type").GetString()!, body.GetProperty("data").GetProperty("id").GetString(), isValid));
        });
    }

    public async ValueTask InitializeAsync()
    {
        await _bench.InitializeAsync();
        await _listener.StartAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await _listener.DisposeAsync();
        await _bench.DisposeAsync();
    }

    [Fact]
    public async Task Task_Succeeds_IsToldSigned_AndNothingIsLoggedOfTheAddress()
    {
        _bench.SkipWithoutAzurite();
        await using var app = _bench.StartApp(_bench.NewFolder(), new Dictionary<string, string>
        {
            ["Celerity__Webhooks__audit__Url"] = $"{_listener.Urls.Single()}/in?token=url-secret",
            ["Celerity__Webhooks__audit__Secret"] = Secret,
            ["Celerity__Webhooks__audit__AllowLoopback"] = "true",
            ["Celerity__Webhooks__audit__Events__0"] = "started",
            ["Celerity__Webhooks__audit__Events__1"] = "succeeded",
            ["Celerity__Webhooks__audit__Tasks__0"] = "airports.*",
            ["Logging__LogLevel__Default"] = "Debug",
        });
        using var client = await AppBench.ConnectAsync(app);
        await client.WaitUntilReadyAsync();
        using var response = await client.PostTextAsync("api/tasks/airports.geocode", """{"code":"LAX"}""");
        var id = JsonElement.Parse(await response.Content.ReadAsStringAsync()).GetProperty("id").GetString();

        var told = new[] { await NextAsync(), await NextAsync() };

        Assert.Equal([("task.started", id, true), ("task.succeeded", id, true)], told.OrderBy(post => post.Type, StringComparer.Ordinal));
        Assert.DoesNotContain("url-secret", app.Output, StringComparison.Ordinal);
        Assert.DoesNotContain(Secret, app.Output, StringComparison.Ordinal);
    }

    private async Task<(string Type, string? Task, bool IsValid)> NextAsync() => await _posts.Reader.ReadAsync().AsTask().WaitAsync(HangLimit);
}
