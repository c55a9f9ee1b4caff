using System.Net;
using System.Text.Json;
using Celerity.Tests.Tasks;
using Celerity.Webhooks;
using Microsoft.Extensions.DependencyInjection;

namespace Celerity.Tests.Webhooks;

/// <summary>A <see cref="TaskSimulation"/> with a webhook whose receiver writes down what it is sent.</summary>
internal sealed class WebhookBench
{
    // Bytes 0 to 31.
    public const string Secret = "whsec_AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=";

    public WebhookBench(Action<WebhookOptions>? configure = null)
    {
        var options = new WebhookOptions { Url = new Uri("https://hooks.example/in?token=url-secret"), Secret = Secret };
        configure?.Invoke(options);
        Simulation = new TaskSimulation
        {
            Configure = services => services
                .AddCelerityWebhook("audit", options)
                .AddHttpClient("celerity.webhook.audit").ConfigurePrimaryHttpMessageHandler(() => Receiver!),
        };
        Receiver = new ScriptedReceiver(Simulation);
    }

    public TaskSimulation Simulation { get; }

    public ScriptedReceiver Receiver { get; }

    public IReadOnlyList<string> Types => [.. Receiver.Posts.Select(post => post.Body.GetProperty("type").GetString()!)];

    /// <summary>Sends a task and delivers all that follows.</summary>
    public async Task<string> RunAsync(object? task = null, EnqueueOptions? options = null)
    {
        var worker = Simulation.Worker();
        var id = await worker.GetRequiredService<IBackgroundTasks>().EnqueueAsync(task ?? new EchoTask("hi"), options);
        await Simulation.DrainAsync(worker);
        return id;
    }

    /// <summary>What a receiver was sent.</summary>
    internal sealed record Post(Uri Url, string Id, string Timestamp, string Signature, byte[] Content)
    {
        public JsonElement Body => JsonElement.Parse(Content);

        public string? Of(string name) => Body.GetProperty("data").TryGetProperty(name, out var value) ? value.ToString() : null;
    }

    /// <summary>A receiver that answers as it is told.</summary>
    internal sealed class ScriptedReceiver(TaskSimulation simulation) : HttpMessageHandler
    {
        public List<Post> Posts { get; } = [];

        public List<DateTimeOffset> Times { get; } = [];

        public Func<int, CancellationToken, Task<HttpResponseMessage>> Answer { get; set; } = (_, _) => Task.FromResult(new HttpResponseMessage(HttpStatusCode.OK));

        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            string Header(string name) => request.Headers.GetValues(name).Single();
            Posts.Add(new Post(
                request.RequestUri!,
                Header(WebhookSignature.IdHeader),
                Header(WebhookSignature.TimestampHeader),
                Header(WebhookSignature.SignatureHeader),
                await request.Content!.ReadAsByteArrayAsync(cancellationToken)));
            Times.Add(simulation.Time.GetUtcNow());
            return await Answer(Posts.Count, cancellationToken);
        }
    }
}
