using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Azure.Storage.Blobs;
using Celerity.Functions.DeadLetters;
using Celerity.Functions.Hosting;
using Celerity.Functions.Http;
using Celerity.Functions.Pipelines;
using Celerity.Functions.Queues;
using Celerity.TestKit.Hosting;
using Microsoft.Azure.Functions.Worker.Builder;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Celerity.Functions.Tests.Pipelines;

/// <summary>The app with <see cref="CountedPipeline"/> over a dataset of 1 to 40, on the virtual clock.</summary>
internal static class CountedApp
{
    public static async Task<FunctionTestHost> StartAsync(int[] bad, Action<FunctionTestHostOptions>? configure = null)
    {
        var host = await FunctionTestHost.StartAsync(SetUp, options =>
        {
            foreach (var type in new[]
            {
                typeof(TaskFunctions), typeof(MaintenanceFunctions), typeof(SliceFunctions), typeof(PipelineEndpoints), typeof(RunEndpoints), typeof(RunControlEndpoints), typeof(RunPurgeEndpoints), typeof(RunOrchestrator),
                typeof(RunActivities), typeof(StageOrchestrator), typeof(StageActivities), typeof(CountedPipeline), typeof(DeadLetterEndpoints), typeof(DeadLetterFunctions),
            })
            {
                options.FunctionTypes.Add(type);
            }

            options.ServedConnections.Add("AzureWebJobsStorage");
            options.Patience = TimeSpan.FromSeconds(5);
            options.Set("Celerity:Stages:ChunksPerSlice", "4").Set("Celerity:Stages:ChunksPerPage", "32");
            configure?.Invoke(options);
        });
        await host.Services.GetRequiredService<StorageReadiness>().Ready;
        Book(host).Bad.UnionWith(bad);
        var datasets = new BlobContainerClient(host.Services.GetRequiredService<IConfiguration>()["AzureWebJobsStorage"], "datasets");
        await datasets.CreateIfNotExistsAsync(cancellationToken: TestContext.Current.CancellationToken);
        var csv = "n\n" + string.Concat(Enumerable.Range(1, 40).Select(number => $"{number}\n"));
        await datasets.UploadBlobAsync("numbers.csv", BinaryData.FromString(csv), TestContext.Current.CancellationToken);
        return host;
    }

    private static void SetUp(FunctionsApplicationBuilder builder)
    {
        builder.ConfigureFunctionsWebApplication();
        builder.AddCelerity(typeof(CountedApp).Assembly).AddStage<CountedStage>();
        builder.Services.AddSingleton<CountedRecords>();
        builder.Services.AddSingleton<Limits.Diary>();
    }

    public static async Task<string> RunAsync(FunctionTestHost host)
    {
        var started = await PostAsync(
            host,
            "pipelines/counted",
            new { source = new { container = "datasets", blob = "numbers.csv", chunkSize = 2 }, tolerance = new { failedChunks = 5 } },
            HttpStatusCode.Accepted);
        var id = Text(started, "id");
        _ = await EndOfAsync(host, id);

        // Whoever wrote a chunk down as dead may still be at its letter when others have ended the run.
        await UntilAsync(host, async () => (await GetAsync(host, $"dead-letters?run={id}")).GetProperty("letters").GetArrayLength() == Book(host).Bad.Count);
        return id;
    }

    public static async Task<JsonElement> EndOfAsync(FunctionTestHost host, string id, int generation = 1)
    {
        var run = default(JsonElement);
        await UntilAsync(host, async () =>
        {
            run = await GetAsync(host, $"runs/{id}");
            return run.GetProperty("generation").GetInt32() == generation && run.TryGetProperty("endedAt", out _);
        }, () => run.ToString());
        return run;
    }

    // The clock is set on until it holds: chunks take real time.
    public static async Task UntilAsync(FunctionTestHost host, Func<Task<bool>> holds, Func<string>? found = null)
    {
        for (var round = 0; !await holds(); round++)
        {
            Assert.True(round < 100, $"It does not come to hold: {found?.Invoke()}\n{host.Transcript}");
            await host.AdvanceAsync(TimeSpan.FromSeconds(20));
        }
    }

    public static CountedRecords Book(FunctionTestHost host) => host.Services.GetRequiredService<CountedRecords>();

    public static string Text(JsonElement element, string name) => element.GetProperty(name).GetString()!;

    public static async Task<JsonElement> GetAsync(FunctionTestHost host, string path) => await host.Http.GetFromJsonAsync<JsonElement>($"/api/{path}");

    public static async Task<JsonElement> PostAsync(FunctionTestHost host, string path, object body, HttpStatusCode expected = HttpStatusCode.OK, HttpMethod? method = null)
    {
        using var request = new HttpRequestMessage(method ?? HttpMethod.Post, $"/api/{path}") { Content = JsonContent.Create(body) };
        using var response = await host.Http.SendAsync(request);
        var text = await response.Content.ReadAsStringAsync();
        Assert.True(response.StatusCode == expected, $"{path}: {response.StatusCode}: {text}");
        return JsonDocument.Parse(text).RootElement;
    }
}
