using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Azure.Storage.Queues;
using Celerity.Functions.Hosting;
using Celerity.Functions.Http;
using Celerity.Functions.Queues;
using Celerity.Functions.Telemetry;
using Celerity.TestKit.Hosting;
using Microsoft.Azure.Functions.Worker.Builder;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Celerity.Functions.Tests.Alerts;

/// <summary>Alerts in the app itself, on the virtual clock: its timer, its queues and its HTTP.</summary>
public sealed class AlertTests : IDisposable
{
    private readonly Receiver _receiver = new();

    public void Dispose() => _receiver.Dispose();

    [Fact]
    public async Task Backlog_ThatNobodyTakes_FiresIsToldAndEnds()
    {
        await using var host = await StartAsync();
        var chunks = new QueueClient(host.Services.GetRequiredService<IConfiguration>()["AzureWebJobsStorage"], "celerity-chunks");
        var sent = await chunks.SendMessageAsync("nobody listens here", TestContext.Current.CancellationToken);
        await host.AdvanceAsync(TimeSpan.FromMinutes(7));
        Assert.Equal(["BacklogIsOld celerity-chunks pending"], await StatesAsync(host));

        await host.AdvanceAsync(TimeSpan.FromMinutes(5));

        var list = await GetAsync(host);
        var alert = list.GetProperty("alerts")[0];
        Assert.Equal(
            ("BacklogIsOld", "celerity-chunks", "firing", "critical", "s", 300, false),
            (Text(alert, "rule"), Text(alert, "subject"), Text(alert, "state"), Text(alert, "severity"), Text(alert, "unit"), alert.GetProperty("threshold").GetDouble(), alert.GetProperty("isSilenced").GetBoolean()));
        Assert.Equal(11, list.GetProperty("rules").GetArrayLength());
        Assert.Equal(["alert.firing celerity-chunks"], _receiver.Told);

        await chunks.DeleteMessageAsync(sent.Value.MessageId, sent.Value.PopReceipt, TestContext.Current.CancellationToken);
        await host.AdvanceAsync(TimeSpan.FromMinutes(2));
        Assert.Equal(["BacklogIsOld celerity-chunks resolved"], await StatesAsync(host));
        Assert.Equal(["alert.firing celerity-chunks", "alert.resolved celerity-chunks"], _receiver.Told);
    }

    [Fact]
    public async Task Silence_OverHttp_KeepsItFromBeingTold_UntilItIsEnded()
    {
        await using var host = await StartAsync();
        using var silenced = await host.Http.PostAsJsonAsync(
            "/api/alert-silences", new { rule = "backlogIsOld", minutes = 600, who = "ann", why = "we know" }, TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.Created, silenced.StatusCode);
        var silence = await silenced.Content.ReadFromJsonAsync<JsonElement>(TestContext.Current.CancellationToken);
        Assert.Equal(("BacklogIsOld", "ann", "we know", "2030-01-01T10:00:00+00:00"), (Text(silence, "rule"), Text(silence, "who"), Text(silence, "why"), Text(silence, "until")));
        var chunks = new QueueClient(host.Services.GetRequiredService<IConfiguration>()["AzureWebJobsStorage"], "celerity-chunks");
        await chunks.SendMessageAsync("nobody listens here", TestContext.Current.CancellationToken);
        await host.AdvanceAsync(TimeSpan.FromMinutes(20));
        var list = await GetAsync(host);
        Assert.Equal(("firing", true), (Text(list.GetProperty("alerts")[0], "state"), list.GetProperty("alerts")[0].GetProperty("isSilenced").GetBoolean()));
        Assert.Equal(silence.GetProperty("id").GetString(), Text(list.GetProperty("silences")[0], "id"));
        Assert.Empty(_receiver.Told);

        using var ended = await host.Http.DeleteAsync($"/api/alert-silences/{Text(silence, "id")}", TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.NoContent, ended.StatusCode);
        await host.AdvanceAsync(TimeSpan.FromMinutes(1));

        Assert.Equal(["alert.firing celerity-chunks"], _receiver.Told);
        Assert.Equal(0, (await GetAsync(host)).GetProperty("silences").GetArrayLength());
        using var again = await host.Http.DeleteAsync($"/api/alert-silences/{Text(silence, "id")}", TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.NotFound, again.StatusCode);
    }

    [Theory]
    [InlineData("""{"rule":"Backlog","minutes":5}""", "CEL0308")]
    [InlineData("""{"minutes":0}""", "CEL0308")]
    [InlineData("{}", "CEL0308")]
    [InlineData("""{"minutes":5,"rul":"TasksDie"}""", "CEL0302")]
    [InlineData("""{"minutes":"soon"}""", "CEL0302")]
    [InlineData("null", "CEL0302")]
    [InlineData("", "CEL0302")]
    public async Task Silence_ThatCannotBe_IsRefused_AndNothingChanges(string body, string code)
    {
        await using var host = await StartAsync();

        using var answer = await host.Http.PostAsync("/api/alert-silences", new StringContent(body, System.Text.Encoding.UTF8, "application/json"), TestContext.Current.CancellationToken);

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Equal(code, Text(await answer.Content.ReadFromJsonAsync<JsonElement>(TestContext.Current.CancellationToken), "code"));
        Assert.Equal(0, (await GetAsync(host)).GetProperty("silences").GetArrayLength());
    }

    private static string Text(JsonElement json, string name) => json.GetProperty(name).GetString()!;

    private static Task<JsonElement> GetAsync(FunctionTestHost host) => host.Http.GetFromJsonAsync<JsonElement>("/api/alerts", TestContext.Current.CancellationToken);

    private static async Task<IEnumerable<string>> StatesAsync(FunctionTestHost host) =>
        (await GetAsync(host)).GetProperty("alerts").EnumerateArray().Select(alert => $"{Text(alert, "rule")} {Text(alert, "subject")} {Text(alert, "state")}").ToList();

    private async Task<FunctionTestHost> StartAsync()
    {
        var host = await FunctionTestHost.StartAsync(SetUp, options =>
        {
            foreach (var type in new[] { typeof(TaskFunctions), typeof(MaintenanceFunctions), typeof(MeasureFunctions), typeof(AlertEndpoints) })
            {
                options.FunctionTypes.Add(type);
            }

            options.ServedConnections.Add("AzureWebJobsStorage");
            options.Set("Celerity:Alerts:Receivers:ops:Address", "https://ops.example/in");
            options.Set("Celerity:Alerts:Receivers:ops:Secret", "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=");

            // Heartbeats are nothing that the virtual clock waits for: on a busy machine it may outrun them.
            options.Set("Celerity:Alerts:Rules:WorkerIsSilent:Enabled", "false");
            options.Patience = TimeSpan.FromSeconds(5);
        });
        await host.Services.GetRequiredService<StorageReadiness>().Ready;
        return host;
    }

    private void SetUp(FunctionsApplicationBuilder builder)
    {
        builder.ConfigureFunctionsWebApplication();
        builder.AddCelerity(typeof(TaskFunctions).Assembly);
        builder.Services.AddHttpClient("celerity.alert.ops").ConfigurePrimaryHttpMessageHandler(() => _receiver);
    }

    private sealed class Receiver : HttpMessageHandler
    {
        public List<string> Told { get; } = [];

        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            var body = JsonElement.Parse(await request.Content!.ReadAsStringAsync(cancellationToken));
            Told.Add($"{body.GetProperty("type").GetString()} {body.GetProperty("data").GetProperty("subject").GetString()}");
            return new HttpResponseMessage(HttpStatusCode.OK);
        }
    }
}
