using System.Net.Http.Json;
using System.Text.Json;
using Azure.Storage.Blobs;
using Celerity.Functions.Hosting;
using Celerity.Functions.Http;
using Celerity.Functions.Pipelines;
using Celerity.Functions.Queues;
using Celerity.TestKit.Hosting;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Builder;
using Microsoft.DurableTask;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Celerity.Functions.Tests.Pipelines;

/// <summary>Doubles numbers.</summary>
public sealed class DoubledNumbers : ITransform<DoubledNumbers.Row>
{
    /// <summary>A number and its double.</summary>
    public sealed record Row(int N, int Doubled);

    /// <inheritdoc/>
    public DatasetFormat Format => DatasetFormat.Csv;

    /// <inheritdoc/>
    public ValueTask ProcessAsync(RecordReader records, RecordWriter<Row> output, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(records);
        ArgumentNullException.ThrowIfNull(output);
        while (records.Read())
        {
            if (records.TryGetInt32(0, out var number))
            {
                output.Write(new Row(number, 2 * number));
            }
            else
            {
                records.Reject("no number");
            }
        }

        return ValueTask.CompletedTask;
    }
}

/// <summary>A pipeline that merges what its stage wrote and rejected.</summary>
public static class MergedPipeline
{
    /// <summary>Returns the lengths of both files.</summary>
    [Pipeline("merged")]
    [Function(nameof(MergedPipeline))]
    public static async Task<long[]> RunAsync([OrchestrationTrigger] TaskOrchestrationContext context, DatasetSource request)
    {
        var doubled = await context.RunStageAsync<DoubledNumbers>(request, new Tolerance { RejectedRecords = 5 });
        var file = await context.MergeAsync(doubled.Output, "datasets", $"{context.GetRunId()}.csv");
        var rejects = await context.MergeAsync(doubled.Rejects, "datasets", $"{context.GetRunId()}.ndjson");
        return [file.Records, rejects.Records, doubled.OutputRecords];
    }
}

/// <summary>Merging in the app itself.</summary>
public sealed class MergedPipelineTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Merge_InAPipeline_MakesOneFileOfEach()
    {
        await using var host = await FunctionTestHost.StartAsync(SetUp, options =>
        {
            foreach (var type in new[]
            {
                typeof(MaintenanceFunctions), typeof(SliceFunctions), typeof(PipelineEndpoints), typeof(RunEndpoints), typeof(RunOrchestrator), typeof(RunActivities),
                typeof(StageOrchestrator), typeof(StageActivities), typeof(MergeOrchestrator), typeof(MergedPipeline),
            })
            {
                options.FunctionTypes.Add(type);
            }

            options.ServedConnections.Add("AzureWebJobsStorage");
            options.Patience = TimeSpan.FromSeconds(5);
        });
        await host.Services.GetRequiredService<StorageReadiness>().Ready;
        var datasets = host.Services.GetRequiredService<BlobServiceClient>().GetBlobContainerClient("datasets");
        await datasets.CreateIfNotExistsAsync(cancellationToken: Token);
        await datasets.UploadBlobAsync("numbers.csv", BinaryData.FromString("n\n1\n2\nx\n4\n5\n"), Token);

        using var started = await host.Http.PostAsJsonAsync("/api/pipelines/merged", new { container = "datasets", blob = "numbers.csv", chunkSize = 2 }, Token);
        var id = (await started.Content.ReadFromJsonAsync<JsonElement>(Token)).GetProperty("id").GetString()!;
        var run = default(JsonElement);
        for (var round = 0; round < 100 && !(run = await host.Http.GetFromJsonAsync<JsonElement>($"/api/runs/{id}", Token)).TryGetProperty("endedAt", out _); round++)
        {
            await host.AdvanceAsync(TimeSpan.FromSeconds(20));
        }

        Assert.True(run.TryGetProperty("result", out _), host.Transcript.ToString());
        Assert.Equal("[4,1,4]", run.GetProperty("result").GetRawText());
        Assert.Equal("n,doubled\n1,2\n2,4\n4,8\n5,10\n", await ReadAsync(datasets, $"{id}.csv"));
        Assert.Equal("""{"record":3,"line":4,"reason":"no number","text":"x"}""" + "\n", await ReadAsync(datasets, $"{id}.ndjson"));
    }

    private static void SetUp(FunctionsApplicationBuilder builder)
    {
        builder.ConfigureFunctionsWebApplication();
        builder.AddCelerity(typeof(MergedPipeline).Assembly);
        builder.Services.AddSingleton<Limits.Diary>();
    }

    private static async Task<string> ReadAsync(BlobContainerClient container, string blob) =>
        (await container.GetBlobClient(blob).DownloadContentAsync(Token)).Value.Content.ToString();
}
