using Celerity.Tests.Tasks;
using Celerity.Webhooks;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Xunit;

namespace Celerity.Tests.Webhooks;

/// <summary>Webhooks over real sockets, to a listener on this machine.</summary>
public sealed class WebhookConnectionTests : IAsyncLifetime
{
    private readonly TaskSimulation _simulation = new();
    private readonly List<bool> _validity = [];
    private readonly WebApplication _listener;
    private string _answer = "ok";

    public WebhookConnectionTests()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        _listener = builder.Build();
        _listener.Urls.Add("http://127.0.0.1:0");
        _listener.MapPost("/in", async (HttpContext context) =>
        {
            using var body = new MemoryStream();
            await context.Request.Body.CopyToAsync(body);
            string? Header(string name) => context.Request.Headers[name];
            _validity.Add(WebhookSignature.IsValid(
                WebhookBench.Secret,
                Header(WebhookSignature.IdHeader),
                Header(WebhookSignature.TimestampHeader),
                Header(WebhookSignature.SignatureHeader),
                body.ToArray(),
                _simulation.Time.GetUtcNow()));
            if (_answer == "redirect")
            {
                context.Response.Redirect("/in");
            }
            else if (_answer == "endless")
            {
                // Never read: the status has come by then, and the connection is closed.
                var chunk = new byte[64 * 1024];
                while (!context.RequestAborted.IsCancellationRequested)
                {
                    await context.Response.Body.WriteAsync(chunk, context.RequestAborted);
                }
            }
        });
    }

    public async ValueTask InitializeAsync() => await _listener.StartAsync(TestContext.Current.CancellationToken);

    public async ValueTask DisposeAsync() => await _listener.DisposeAsync();

    [Theory]
    [InlineData("ok", null)]
    [InlineData("endless", null)]
    [InlineData("redirect", "CEL0241: The webhook 'local' answered 302; redirects are not followed.")]
    public async Task Post_ToThisMachine_IsSignedAndPostedOnce(string answer, string? reason)
    {
        _answer = answer;

        await RunAsync(new WebhookOptions { Url = Address(), Secret = WebhookBench.Secret, AllowLoopback = true });

        Assert.Equal([true], _validity);
        var letters = await _simulation.DeadLettersAsync();
        Assert.Equal(reason, letters.SingleOrDefault()?.FindString("reason"));
    }

    // The name passes the check at start; what it resolves to does not.
    [Fact]
    public async Task Post_NameResolvesToThisMachine_IsRefusedAtTheConnection()
    {
        await RunAsync(new WebhookOptions { Url = new Uri($"https://localhost:{Address().Port}/in"), Secret = WebhookBench.Secret });

        Assert.Empty(_validity);
        Assert.StartsWith(
            "CEL0241: The address of the webhook 'local' resolves to", (await _simulation.DeadLettersAsync()).Single().FindString("reason"), StringComparison.Ordinal);
    }

    private Uri Address() => new($"{_listener.Urls.Single()}/in");

    private async Task RunAsync(WebhookOptions options)
    {
        var worker = _simulation.Worker(configure: services => services.AddCelerityWebhook("local", options));
        await worker.GetRequiredService<IBackgroundTasks>().EnqueueAsync(new EchoTask("hi"));
        await _simulation.DrainAsync(worker);
    }
}
