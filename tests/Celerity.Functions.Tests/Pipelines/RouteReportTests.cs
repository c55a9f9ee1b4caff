using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using System.Xml.Linq;
using Azure.Storage.Blobs;
using Celerity.Functions.Hosting;
using Celerity.Functions.Http;
using Celerity.Functions.Pipelines;
using Celerity.Functions.Queues;
using Celerity.Functions.Schedules;
using Celerity.TestKit.Hosting;
using FunctionApp.Routes;
using Microsoft.Azure.Functions.Worker.Builder;
using Microsoft.Extensions.DependencyInjection;
using Parquet;
using Xunit;

namespace Celerity.Functions.Tests.Pipelines;

/// <summary>The demo's second pipeline in the app itself: three stages, started over HTTP and by its schedule, with what it writes and rejects.</summary>
public sealed class RouteReportTests
{
    private const string Flights =
        "date,delay,distance,origin,destination\n"
        + "2001-01-05T10:00:00,10,300,SFO,LAX\n2001-01-06,20,300,SFO,LAX\n2001-02-01,-4,300,SFO,LAX\nsoon,1,1,SFO,LAX\n2001-02-01,7,2400,JFK,SFO\n2001-02-02,9,2400,<b>,SFO\n";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Report_OverHttp_IsDrawnOfWhatWasCleanedAndTellsWhatWasNot()
    {
        await using var host = await StartAsync();

        var run = await RunAsync(host, new { source = new { container = "datasets", blob = "flights.csv", chunkSize = 2 }, tolerance = new { rejectedRecords = 5 } });

        var result = run.GetProperty("result");
        Assert.Equal(2, result.GetProperty("rejectedRecords").GetInt32());
        var routes = result.GetProperty("summary").GetProperty("routes");
        Assert.Equal(
            """[{"origin":"SFO","destination":"LAX","flights":3,"meanDelayMinutes":8.666666666666666,"monthly":[15,-4]},{"origin":"JFK","destination":"SFO","flights":1,"meanDelayMinutes":7,"monthly":[null,7]}]""",
            routes.GetRawText());
        using var chart = await host.Http.GetAsync($"/api/{Text(result, "chart")}", Token);
        Assert.Equal("image/svg+xml", chart.Content.Headers.ContentType!.MediaType);
        var texts = XDocument.Parse(await chart.Content.ReadAsStringAsync(Token)).Descendants().Where(element => element.Name.LocalName == "text").Select(text => text.Value).ToList();
        Assert.Contains("SFO \u2192 LAX", texts);
        Assert.Contains("-4.0", texts);

        var stages = run.GetProperty("stages");
        Assert.False(stages[1].TryGetProperty("outputUrl", out _));
        using var output = await host.Http.GetAsync(Text(stages[0], "outputUrl"), Token);
        await using var file = await ParquetReader.CreateAsync(new MemoryStream(await output.Content.ReadAsByteArrayAsync(Token)), cancellationToken: Token);
        Assert.Equal((4, "day,origin,destination,delayMinutes,distanceMiles"), (file.Metadata!.NumRows, string.Join(',', file.Schema.DataFields.Select(field => field.Name))));
        var rejects = (await host.Http.GetStringAsync(Text(stages[0], "rejectsUrl"), Token)).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(
            [(4L, 5L, "soon,1,1,SFO,LAX"), (6, 7, "2001-02-02,9,2400,<b>,SFO")],
            rejects.Select(line => JsonDocument.Parse(line).RootElement).Select(reject => (reject.GetProperty("record").GetInt64(), reject.GetProperty("line").GetInt64(), Text(reject, "text"))));

        foreach (var (path, status) in new[]
        {
            ($"runs/{Text(run, "id")}/stages/2/output", HttpStatusCode.Conflict), ($"runs/{Text(run, "id")}/stages/3/output", HttpStatusCode.NotFound),
            ($"runs/{Text(run, "id")}/stages/x/rejects", HttpStatusCode.NotFound), ("runs/none/stages/1/output", HttpStatusCode.NotFound),
            ("reports/routes/none", HttpStatusCode.NotFound), ($"reports/routes/{Guid.NewGuid():N}", HttpStatusCode.NotFound),
        })
        {
            using var response = await host.Http.GetAsync($"/api/{path}", Token);
            Assert.True(response.StatusCode == status, $"{path}: {response.StatusCode}");
        }

        foreach (var (output2, code) in new[] { ("no", "CEL0308"), ($"{Text(run, "id")}.g1.s1/output/{new string('0', 32)}", "CEL0332") })
        {
            using var refused = await host.Http.PostAsJsonAsync("/api/pipelines/route-report", new { source = new { output = output2 } }, Token);
            Assert.Equal(code, Text((await refused.Content.ReadFromJsonAsync<JsonElement>(Token)), "code"));
        }
    }

    [Fact]
    public async Task Report_ByItsSchedule_IsDrawnEachMorning()
    {
        await using var host = await StartAsync(isDaily: true, Flights[..Flights.IndexOf("soon", StringComparison.Ordinal)], options => options.StartsAt = new DateTimeOffset(2030, 1, 1, 5, 59, 0, TimeSpan.Zero));

        await host.AdvanceAsync(TimeSpan.FromMinutes(3));

        var run = (await GetAsync(host, "runs?pipeline=route-report")).GetProperty("runs")[0];
        var ended = await EndOfAsync(host, Text(run, "id"));
        Assert.Equal(("succeeded", 3), (Text(ended, "state"), ended.GetProperty("result").GetProperty("summary").GetProperty("flights").GetInt32()));
    }

    [Fact]
    public void Draw_HostileNames_AreText()
    {
        var picture = RouteHeatMap.Draw(new RouteSummary(1, [new RouteDelays("<script>&\u0001", "\"'", 1, -0.01, [-0.01])], ["]]>"]));

        var texts = XDocument.Parse(picture).Descendants().Where(element => element.Name.LocalName == "text").Select(text => text.Value).ToList();
        Assert.Contains("<script>&\uFFFD \u2192 \"'", texts);
        Assert.Contains("]]>", texts);
        Assert.Contains("0.0", texts);
        Assert.DoesNotContain("script", XDocument.Parse(picture).Descendants().Select(element => element.Name.LocalName));
        Assert.Contains("There are no flights.", RouteHeatMap.Draw(new RouteSummary(0, [], [])), StringComparison.Ordinal);
    }

    private static async Task<FunctionTestHost> StartAsync(bool isDaily = false, string flights = Flights, Action<FunctionTestHostOptions>? configure = null)
    {
        var host = await FunctionTestHost.StartAsync(
            builder =>
            {
                builder.ConfigureFunctionsWebApplication();
                builder.AddCelerity(typeof(CleanFlights).Assembly).AddRouteReport(isDaily, "flights.csv");
            },
            options =>
            {
                foreach (var type in new[]
                {
                    typeof(MaintenanceFunctions), typeof(SliceFunctions), typeof(PipelineEndpoints), typeof(RunEndpoints), typeof(OutputEndpoints), typeof(RunOrchestrator),
                    typeof(RunActivities), typeof(StageOrchestrator), typeof(StageActivities), typeof(RouteReportPipeline), typeof(RouteCharts), typeof(ScheduleFunctions),
                })
                {
                    options.FunctionTypes.Add(type);
                }

                options.ServedConnections.Add("AzureWebJobsStorage");
                options.Patience = TimeSpan.FromSeconds(5);
                configure?.Invoke(options);
            });
        await host.Services.GetRequiredService<StorageReadiness>().Ready;
        var datasets = host.Services.GetRequiredService<BlobServiceClient>().GetBlobContainerClient("datasets");
        await datasets.CreateIfNotExistsAsync(cancellationToken: Token);
        await datasets.UploadBlobAsync("flights.csv", BinaryData.FromString(flights), Token);
        return host;
    }

    private static async Task<JsonElement> RunAsync(FunctionTestHost host, object request)
    {
        using var response = await host.Http.PostAsJsonAsync("/api/pipelines/route-report", request, Token);
        Assert.Equal(HttpStatusCode.Accepted, response.StatusCode);
        return await EndOfAsync(host, Text(await response.Content.ReadFromJsonAsync<JsonElement>(Token), "id"));
    }

    // The clock is set on until it has ended: chunks take real time.
    private static async Task<JsonElement> EndOfAsync(FunctionTestHost host, string id)
    {
        for (var round = 0; ; round++)
        {
            var run = await GetAsync(host, $"runs/{id}");
            if (run.TryGetProperty("endedAt", out _))
            {
                return run;
            }

            Assert.True(round < 100, run.GetRawText());
            await host.AdvanceAsync(TimeSpan.FromSeconds(20));
        }
    }

    private static string Text(JsonElement element, string name) => element.GetProperty(name).GetString()!;

    private static async Task<JsonElement> GetAsync(FunctionTestHost host, string path) => await host.Http.GetFromJsonAsync<JsonElement>($"/api/{path}", Token);
}
