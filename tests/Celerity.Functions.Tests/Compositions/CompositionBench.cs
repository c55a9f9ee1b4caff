using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Celerity.Functions.Compositions;
using Celerity.Functions.DeadLetters;
using Celerity.Functions.Hosting;
using Celerity.Functions.Http;
using Celerity.Functions.Pipelines;
using Celerity.Functions.Queues;
using Celerity.Functions.Workflows;
using Celerity.TestKit.Hosting;
using Microsoft.Azure.Functions.Worker.Builder;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Celerity.Functions.Tests.Compositions;

/// <summary>The app with <see cref="ComposedPipeline"/> on the virtual clock.</summary>
internal sealed class CompositionBench : IAsyncDisposable
{
    private CompositionBench(FunctionTestHost host) => Host = host;

    public FunctionTestHost Host { get; }

    public JobBook Book => Host.Services.GetRequiredService<JobBook>();

    public static async Task<CompositionBench> StartAsync(Action<FunctionTestHostOptions>? configure = null)
    {
        var host = await FunctionTestHost.StartAsync(
            builder =>
            {
                builder.ConfigureFunctionsWebApplication();
                builder.AddCelerity(typeof(CompositionBench).Assembly);
                builder.Services.AddSingleton<Limits.Diary>();
                builder.Services.AddSingleton<JobBook>();
            },
            options =>
            {
                foreach (var type in new[]
                {
                    typeof(TaskFunctions), typeof(PipelineEndpoints), typeof(RunEndpoints), typeof(ApprovalEndpoints), typeof(OperationEndpoints),
                    typeof(RunOrchestrator), typeof(RunActivities), typeof(AwaitOrchestrator), typeof(AwaitActivities), typeof(ComposedPipeline), typeof(DeadLetterFunctions),
                    typeof(WorkflowEndpoints), typeof(WorkflowOrchestrator), typeof(DocumentedPipeline), typeof(TaskResultEndpoints),
                })
                {
                    options.FunctionTypes.Add(type);
                }

                options.ServedConnections.Add("AzureWebJobsStorage");
                options.Patience = TimeSpan.FromSeconds(5);
                configure?.Invoke(options);
            });
        var bench = new CompositionBench(host);
        await bench.ReadyAsync();
        return bench;
    }

    /// <summary>Waits until the app's process can use its storage.</summary>
    public Task ReadyAsync() => Host.Services.GetRequiredService<StorageReadiness>().Ready;

    /// <summary>Starts the pipeline; nothing has run when it returns.</summary>
    public async Task<string> BeginAsync(object request, string path = "pipelines/composed") => Text(await PostAsync(path, request, HttpStatusCode.Accepted), "id");

    /// <summary>Starts the pipeline and lets time pass until it has ended.</summary>
    public async Task<JsonElement> RunAsync(object request, string path = "pipelines/composed") => await EndOfAsync(await BeginAsync(request, path));

    /// <summary>Lets time pass until a generation of a run has ended.</summary>
    public async Task<JsonElement> EndOfAsync(string id, int generation = 1)
    {
        var run = default(JsonElement);
        await UntilAsync(async () =>
        {
            run = await GetAsync($"runs/{id}");
            return run.GetProperty("generation").GetInt32() == generation && run.TryGetProperty("endedAt", out _);
        });
        return run;
    }

    public async Task UntilAsync(Func<Task<bool>> holds)
    {
        await Host.RunUntilIdleAsync();
        for (var round = 0; !await holds(); round++)
        {
            Assert.True(round < 300, "It does not come to hold.\n" + Host.Transcript);
            await Host.AdvanceAsync(TimeSpan.FromSeconds(round < 60 ? 2 : 600));
        }
    }

    public Task<JsonElement> GetAsync(string path) => Host.Http.GetFromJsonAsync<JsonElement>($"/api/{path}");

    public async Task<JsonElement> PostAsync(string path, object body, HttpStatusCode expected = HttpStatusCode.OK)
    {
        using var response = await Host.Http.PostAsJsonAsync($"/api/{path}", body);
        var text = await response.Content.ReadAsStringAsync();
        Assert.True(response.StatusCode == expected, $"{response.StatusCode}: {text}");
        return JsonElement.Parse(text);
    }

    public static string Text(JsonElement element, string name) => element.GetProperty(name).GetString()!;

    /// <summary>How a run ended: its state and its result, or the code of its failure.</summary>
    public static (string State, string? Came) Came(JsonElement run) => (
        Text(run, "state"),
        run.TryGetProperty("result", out var result) ? result.GetRawText() : run.GetProperty("failures").EnumerateArray().Select(failure => Text(failure, "code")).FirstOrDefault());

    public ValueTask DisposeAsync() => Host.DisposeAsync();
}
