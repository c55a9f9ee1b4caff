using System.Net;
using Celerity.Alerts;
using Celerity.Tasks;
using Celerity.Tests.Tasks;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Xunit;

namespace Celerity.Tests.Alerts;

/// <summary>Delivery: retried, kept where it cannot be, signed, and over real sockets to a listener on this machine.</summary>
public sealed class AlertDeliveryTests
{
    private static readonly Alert Firing = new("BacklogIsOld", "celerity-default", AlertState.Firing, TaskSimulation.Start, 900, AlertSeverity.Critical) { Episode = "e1" };

    [Fact]
    public async Task Busy_IsPostedAgain_AsTheSameMessage()
    {
        var bench = new AlertBench(AlertBench.Receiver());
        bench.Answer = () => bench.Posts.Count < 4 ? HttpStatusCode.ServiceUnavailable : HttpStatusCode.OK;

        await TellAsync(bench);

        Assert.Equal(4, bench.Posts.Count);
        Assert.Single(bench.Posts.Select(post => (post.Id, Convert.ToHexString(post.Content))).Distinct());
        Assert.Empty(await bench.Simulation.DeadLettersAsync());
    }

    [Theory]
    [InlineData(HttpStatusCode.NotFound, 1)]
    [InlineData(HttpStatusCode.InternalServerError, 12)]
    public async Task Refused_IsADeadLetter_WithoutAddressOrSecret(HttpStatusCode answer, int posts)
    {
        var bench = new AlertBench(AlertBench.Receiver()) { Answer = () => answer };

        await TellAsync(bench);

        Assert.Equal(posts, bench.Posts.Count);
        var letter = Assert.Single(await bench.Simulation.DeadLettersAsync());
        Assert.Equal("celerity.alert", letter.FindString("task"));
        Assert.All(letter.Values.Values, value => Assert.DoesNotContain("url-secret", $"{value}", StringComparison.Ordinal));
        Assert.All(letter.Values.Values, value => Assert.DoesNotContain(AlertBench.Secret[6..], $"{value}", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Receiver_ThatIsGone_IsADeadLetter()
    {
        var bench = new AlertBench(AlertBench.Receiver());

        await bench.Simulation.DropAsync("""{"id":"t1","task":"celerity.alert","payload":{"receiver":"other","message":{}}}""");
        await bench.Simulation.DrainAsync(bench.Evaluator());

        Assert.Equal("CEL0241: The alert receiver 'other' is not one of this app any more.", (await bench.Simulation.DeadLettersAsync()).Single().FindString("reason"));
    }

    [Fact]
    public void Message_HasTheQueueThatGoesFirst() =>
        Assert.Equal("celerity-high", TaskOptionsSource.AttributeOf(typeof(AlertMessage)).Queue);

    [Theory]
    [InlineData("Generic", true)]
    [InlineData("Slack", false)]
    [InlineData("Teams", false)]
    public async Task Post_OverSockets_IsJson_AndSignedWhereThereIsASecret(string kind, bool isSigned)
    {
        var simulation = new TaskSimulation();
        var heard = new List<(string? Type, bool? IsValid)>();
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        await using var listener = builder.Build();
        listener.Urls.Add("http://127.0.0.1:0");
        listener.MapPost("/in", async (HttpContext context) =>
        {
            using var body = new MemoryStream();
            await context.Request.Body.CopyToAsync(body);
            string? Header(string name) => context.Request.Headers[name];
            heard.Add((context.Request.ContentType, Header(WebhookSignature.SignatureHeader) is { } signature
                ? WebhookSignature.IsValid(
                    AlertBench.Secret, Header(WebhookSignature.IdHeader), Header(WebhookSignature.TimestampHeader), signature, body.ToArray(), simulation.Time.GetUtcNow())
                : null));
        });
        await listener.StartAsync(TestContext.Current.CancellationToken);
        var options = new WebhookOptions { Url = new Uri($"{listener.Urls.Single()}/in"), Secret = isSigned ? AlertBench.Secret : null, AllowLoopback = true };
        var worker = simulation.Worker(configure: services =>
        {
            services.ConfigureCelerityTask(typeof(AlertMessage), task => task.Queue = TaskSimulation.Queue);
            services.AddCelerityAlerts();
            services.AddCelerityAlertReceiver(new AlertReceiver("local", Enum.Parse<AlertReceiverKind>(kind), AlertSeverity.Warning, options));
        });

        await StoreAndTellAsync(simulation, worker);

        Assert.Equal([("application/json; charset=utf-8", isSigned ? true : null)], heard);
        Assert.Empty(await simulation.DeadLettersAsync());
    }

    private static Task TellAsync(AlertBench bench) => StoreAndTellAsync(bench.Simulation, bench.Evaluator());

    private static async Task StoreAndTellAsync(TaskSimulation simulation, IServiceProvider worker)
    {
        var stored = await new AlertStore(simulation.Storage.Tables).TryWriteAsync(Firing, CancellationToken.None);
        await worker.GetRequiredService<AlertSends>().TellAsync(stored!, CancellationToken.None);
        await simulation.DrainAsync(worker);
    }
}
