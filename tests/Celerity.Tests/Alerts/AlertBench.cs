using System.Net;
using System.Text.Json;
using Celerity.Alerts;
using Celerity.Tasks;
using Celerity.TestKit.Faults;
using Celerity.Tests.Tasks;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Celerity.Tests.Alerts;

/// <summary>Evaluators over a <see cref="TaskSimulation"/>, readings that a test sets, and receivers that write down what they are sent.</summary>
internal sealed class AlertBench
{
    // Bytes 0 to 31.
    public const string Secret = "whsec_AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=";

    private readonly IReadOnlyList<AlertReceiver> _receivers;

    public AlertBench(params IReadOnlyList<AlertReceiver> receivers)
    {
        _receivers = receivers;
        Simulation = new TaskSimulation { Configure = AddAlerts };
    }

    public TaskSimulation Simulation { get; }

    /// <summary>Gets the values by kind and subject; a kind with none at all was not measured.</summary>
    public Dictionary<AlertKind, Dictionary<string, double>> Values { get; } = [];

    /// <summary>Gets or sets what happens while an evaluator measures: it has read the alerts, and has not yet written any. Once.</summary>
    public Func<Task>? Meanwhile { get; set; }

    public List<Post> Posts { get; } = [];

    public Func<HttpStatusCode> Answer { get; set; } = () => HttpStatusCode.OK;

    /// <summary>Gets the types of what was posted, with receivers and subjects: <c>ops alert.firing celerity-default</c>.</summary>
    public IEnumerable<string> Told => Posts.Select(post => $"{post.Receiver} {post.Body.GetProperty("type").GetString()} {post.Body.GetProperty("data").GetProperty("subject").GetString()}");

    public static AlertReceiver Receiver(string name = "ops", AlertReceiverKind kind = AlertReceiverKind.Generic, AlertSeverity minSeverity = AlertSeverity.Warning) => new(
        name,
        kind,
        minSeverity,
        new WebhookOptions { Url = new Uri($"https://{name}.example/in?token=url-secret"), Secret = kind == AlertReceiverKind.Generic ? Secret : null });

    public IServiceProvider Evaluator(FaultPlan? plan = null, Action<AlertRules>? rules = null)
    {
        var evaluator = Simulation.Worker(plan);
        rules?.Invoke(evaluator.GetRequiredService<AlertRules>());
        return evaluator;
    }

    public static Task EvaluateAsync(IServiceProvider evaluator) => evaluator.GetRequiredService<AlertRound>().RunAsync(CancellationToken.None).AsTask();

    /// <summary>A minute passes, the rules are evaluated, and what is told is delivered.</summary>
    public async Task MinuteAsync(IServiceProvider evaluator)
    {
        Simulation.Time.Advance(TimeSpan.FromMinutes(1));
        await EvaluateAsync(evaluator);
        await Simulation.DrainAsync(evaluator);
    }

    public async Task MinutesAsync(IServiceProvider evaluator, int count)
    {
        for (var minute = 0; minute < count; minute++)
        {
            await MinuteAsync(evaluator);
        }
    }

    public void Measure(AlertKind kind, string subject, double value) => (Values[kind] = Values.GetValueOrDefault(kind) ?? [])[subject] = value;

    public async Task<IReadOnlyList<Alert>> AlertsAsync() => await new AlertStore(Simulation.Storage.Tables).ListAsync(CancellationToken.None);

    public async Task<Alert?> AlertAsync() => (await AlertsAsync()).SingleOrDefault();

    private void AddAlerts(IServiceCollection services)
    {
        // The queue that the simulation delivers.
        services.ConfigureCelerityTask(typeof(AlertMessage), options => options.Queue = TaskSimulation.Queue);
        services.AddCelerityAlerts();
        services.RemoveAll<IAlertReadings>();
        services.AddSingleton<IAlertReadings>(new ScriptedReadings(this));
        foreach (var receiver in _receivers)
        {
            services.AddCelerityAlertReceiver(receiver);
            services.AddHttpClient(receiver.Webhook.ClientName).ConfigurePrimaryHttpMessageHandler(() => new Endpoint(this, receiver.Name));
        }
    }

    /// <summary>What a receiver was sent.</summary>
    internal sealed record Post(string Receiver, string Id, byte[] Content, DateTimeOffset At)
    {
        public JsonElement Body => JsonElement.Parse(Content);
    }

    private sealed class ScriptedReadings(AlertBench bench) : IAlertReadings
    {
        public async ValueTask ReadAsync(AlertReadings readings, CancellationToken cancellationToken)
        {
            if (bench.Meanwhile is { } meanwhile)
            {
                bench.Meanwhile = null;
                await meanwhile();
            }

            foreach (var (kind, values) in bench.Values)
            {
                readings.Add(kind, values);
            }
        }
    }

    private sealed class Endpoint(AlertBench bench, string receiver) : HttpMessageHandler
    {
        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            var content = await request.Content!.ReadAsByteArrayAsync(cancellationToken);
            bench.Posts.Add(new Post(receiver, request.Headers.GetValues(WebhookSignature.IdHeader).Single(), content, bench.Simulation.Time.GetUtcNow()));
            return new HttpResponseMessage(bench.Answer());
        }
    }
}
