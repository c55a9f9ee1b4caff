using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Celerity.Functions.DeadLetters;
using Celerity.Functions.Hosting;
using Celerity.Functions.Http;
using Celerity.Functions.Queues;
using Celerity.Functions.Tests.DeadLetters;
using Celerity.TestKit.Hosting;
using Microsoft.Azure.Functions.Worker.Builder;
using Microsoft.Extensions.DependencyInjection;
using OpenTelemetry.Trace;
using Xunit;
using static Celerity.Functions.Tests.Pipelines.CountedApp;

namespace Celerity.Functions.Tests.Telemetry;

/// <summary>Whatever a request leads to is one tree of spans, as a collector is told of it.</summary>
public sealed class TraceTreeTests : IAsyncLifetime
{
    private const string Trace = "4bf92f3577b34da6a3ce929d0e0e4736";
    private const string Caller = "00f067aa0ba902b7";

    private OtlpReceiver _receiver = null!;

    public async ValueTask InitializeAsync() => _receiver = await OtlpReceiver.StartAsync();

    public ValueTask DisposeAsync() => _receiver.DisposeAsync();

    [Fact]
    public async Task Task_SentOverHttpThatDiesAndIsReplayed_IsOneTree()
    {
        await using var host = await StartAsync();
        var id = Text(await SendAsync(host, "tasks/letters.fragile", new { number = 7 }, HttpStatusCode.Accepted), "id");
        await host.RunUntilIdleAsync();
        await host.AdvanceAsync(TimeSpan.FromMinutes(5));
        host.Services.GetRequiredService<Weather>().IsBad = false;
        var letter = Assert.Single((await GetAsync(host, "dead-letters")).GetProperty("letters").EnumerateArray());
        await PostAsync(host, $"dead-letters/{Text(letter, "id")}/replay", new { who = "ada" });
        await host.RunUntilIdleAsync();
        await host.AdvanceAsync(TimeSpan.FromMinutes(1));

        var tree = Tree(host);
        Assert.Equal(
            """
            function CeleritySendTask
              send letters.fragile
                create letters.fragile
                  process letters.fragile
                process letters.fragile !

            """,
            tree);
        Assert.Equal(2, Named("process letters.fragile").Count(span => span.IsError && span["messaging.message.id"] == id));
        Assert.Equal(
            ["Producer celerity-default create", "Producer celerity-default send", "Consumer celerity-default process"],
            new[] { "create", "send", "process" }.Select(name => Named($"{name} letters.fragile").First())
                .Select(span => $"{span.Kind} {span["messaging.destination.name"]} {span["messaging.operation.type"]}"));
    }

    [Fact]
    public async Task Group_WithACallback_IsOneTree()
    {
        await using var host = await StartAsync();
        host.Services.GetRequiredService<Weather>().IsBad = false;
        var order = new { task = "letters.fragile", payload = new { number = 7 } };
        _ = await SendAsync(host, "groups", new { tasks = new[] { order, order }, callback = order }, HttpStatusCode.Accepted);
        await host.RunUntilIdleAsync();
        await host.AdvanceAsync(TimeSpan.FromMinutes(5));

        Assert.Equal(
            """
            function CeleritySendGroup
              send many
                process letters.fragile

            """,
            Tree(host));
        Assert.Equal(3, Named("process letters.fragile").Count());
    }

    [Fact]
    public async Task Run_StartedOverHttpWithAChunkThatDiesAndIsReplayed_IsOneTree()
    {
        await using var host = await Pipelines.CountedApp.StartAsync([13], Export);
        var request = new { source = new { container = "datasets", blob = "numbers.csv", chunkSize = 2 }, tolerance = new { failedChunks = 5 } };
        var id = Text(await SendAsync(host, "pipelines/counted", request, HttpStatusCode.Accepted), "id");
        _ = await EndOfAsync(host, id);
        await UntilAsync(host, async () => (await GetAsync(host, $"dead-letters?run={id}")).GetProperty("letters").GetArrayLength() == 1);
        Book(host).Bad.Clear();
        var letter = Assert.Single((await GetAsync(host, "dead-letters")).GetProperty("letters").EnumerateArray());
        await PostAsync(host, $"dead-letters/{Text(letter, "id")}/replay", new { who = "ada" });
        _ = await EndOfAsync(host, id, generation: 2);

        Assert.Equal(
            """
            function CelerityStartPipeline
              start counted
                create_orchestration:CelerityRun
                  activity:CelerityBeginRun
                    function CelerityBeginRun
                  activity:CelerityCombineStage
                    function CelerityCombineStage
                  activity:CelerityFinishRun
                    function CelerityFinishRun
                  activity:CelerityPlanStage
                    function CelerityPlanStage
                  activity:CelerityPublishStage
                    function CelerityPublishStage
                      send CountedStage
                        process CountedStage
                  activity:CelerityWatchStage
                    function CelerityWatchStage
                  function CelerityRun
                  function CelerityStage
                  function CountedPipeline
                  orchestration:CelerityRun
                  orchestration:CelerityStage
                  orchestration:CountedPipeline

            """,
            Tree(host));
        Assert.Equal(2, Named("start counted").Count());
        Assert.All(Named("process CountedStage"), span => Assert.Equal((id, "celerity-chunks"), (span["celerity.run.id"], span["messaging.destination.name"])));
    }

    private static async Task<JsonElement> SendAsync(FunctionTestHost host, string path, object body, HttpStatusCode expected)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, $"/api/{path}") { Content = JsonContent.Create(body) };
        request.Headers.Add("traceparent", $"00-{Trace}-{Caller}-01");
        using var response = await host.Http.SendAsync(request);
        Assert.Equal(expected, response.StatusCode);
        return await response.Content.ReadFromJsonAsync<JsonElement>();
    }

    private IEnumerable<OtlpSpan> Named(string name) => _receiver.Spans.Where(span => span.TraceId == Trace && span.Name == name);

    // Siblings that look alike, with all that is below them, are told as one: how often an orchestration is called is left to chance.
    private string Tree(FunctionTestHost host)
    {
        Assert.True(host.Services.GetRequiredService<TracerProvider>().ForceFlush());
        var spans = _receiver.Spans.Where(span => span.TraceId == Trace).ToList();
        var known = spans.Select(span => span.SpanId).Append(Caller).ToHashSet();
        Assert.All(spans, span => Assert.True(known.Contains(span.ParentId), $"{span.Name} has no parent"));
        var text = new StringBuilder();
        Write(spans.ToLookup(span => span.ParentId), [Caller], depth: 0);
        return text.ToString();

        void Write(ILookup<string, OtlpSpan> children, IEnumerable<string> parents, int depth)
        {
            foreach (var alike in parents.SelectMany(parent => children[parent]).GroupBy(span => span.Name + (span.IsError ? " !" : "")).OrderBy(alike => alike.Key, StringComparer.Ordinal))
            {
                text.Append(' ', depth * 2).Append(alike.Key).Append('\n');
                Write(children, alike.Select(span => span.SpanId), depth + 1);
            }
        }
    }

    private void Export(FunctionTestHostOptions options) =>
        options.Set("OTEL_EXPORTER_OTLP_ENDPOINT", _receiver.Address).Set("OTEL_EXPORTER_OTLP_PROTOCOL", "http/protobuf");

    private async Task<FunctionTestHost> StartAsync()
    {
        var host = await FunctionTestHost.StartAsync(SetUp, options =>
        {
            foreach (var type in new[]
            {
                typeof(TaskFunctions), typeof(MaintenanceFunctions), typeof(TaskEndpoints), typeof(GroupEndpoints), typeof(DeadLetterEndpoints), typeof(DeadLetterFunctions),
            })
            {
                options.FunctionTypes.Add(type);
            }

            options.ServedConnections.Add("AzureWebJobsStorage");
            options.Patience = TimeSpan.FromSeconds(5);
            Export(options);
        });
        await host.Services.GetRequiredService<StorageReadiness>().Ready;
        return host;
    }

    private static void SetUp(FunctionsApplicationBuilder builder)
    {
        builder.ConfigureFunctionsWebApplication();
        builder.AddCelerity(typeof(TaskFunctions).Assembly).AddHandler<FragileHandler>()
            .ConfigureTask<FragileOrder>(options => options.MaxAttempts = 2);
        builder.Services.AddSingleton<Weather>();
    }
}
