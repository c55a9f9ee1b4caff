using System.Net;
using System.Text.RegularExpressions;
using Azure.Storage.Queues;
using Celerity.Functions.Hosting;
using Celerity.Functions.Http;
using Celerity.Functions.Queues;
using Celerity.Functions.Telemetry;
using Celerity.Functions.Tests.DeadLetters;
using Celerity.TestKit.Hosting;
using Microsoft.Azure.Functions.Worker.Builder;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Celerity.Functions.Tests.Telemetry;

/// <summary>What Prometheus is given, by the app itself over HTTP.</summary>
[Collection(nameof(FragileOrder))]
public sealed partial class PrometheusTests
{
    [Fact]
    public async Task Scrape_AfterTasks_TellsOfThemAndOfTheirRequests_UnderTheirInstance()
    {
        await using var host = await StartAsync();
        var tasks = host.Services.GetRequiredService<IBackgroundTasks>();
        await tasks.EnqueueManyAsync(Enumerable.Range(0, 3).Select(number => new FragileOrder(number)));
        await host.RunUntilIdleAsync();
        host.Services.GetRequiredService<Weather>().IsBad = false;
        await tasks.EnqueueAsync(new FragileOrder(4));
        await host.RunUntilIdleAsync();

        var lines = (await ScrapeAsync(host)).Split('\n');

        const string Order = "celerity_queue_name=\"celerity-default\",celerity_task_name=\"letters.fragile\"";
        Assert.Equal("4", ValueOf(lines, "celerity_task_sent_total", Order));
        Assert.Equal("4", ValueOf(lines, "celerity_task_started_total", Order));
        Assert.Equal("3", ValueOf(lines, "celerity_task_ended_total", $"celerity_outcome=\"dead_lettered\",{Order},error_type=\"transient\""));
        Assert.Equal("1", ValueOf(lines, "celerity_task_ended_total", $"celerity_outcome=\"succeeded\",{Order}"));
        Assert.Equal("4", ValueOf(lines, "celerity_task_wait_seconds_count", Order));
        Assert.Equal("3", ValueOf(lines, "celerity_task_duration_seconds_count", $"celerity_outcome=\"failed\",{Order}"));
        Assert.Equal("0", ValueOf(lines, "celerity_task_running", ""));
        Assert.Contains(lines, line => line.StartsWith("celerity_storage_requests_total{", StringComparison.Ordinal)
            && line.Contains("celerity_storage_operation=\"send\"", StringComparison.Ordinal));
        Assert.Contains(lines, line => line.StartsWith("dotnet_process_memory_working_set_bytes{", StringComparison.Ordinal));
        Assert.All(lines.Where(line => line.StartsWith("celerity_", StringComparison.Ordinal)), line => Assert.Matches("service_instance_id=\"[0-9a-f-]{36}\"", line));
    }

    [Fact]
    public async Task Scrape_OnAnyInstance_TellsWhatHoldsForTheWholeApp_WhileItIsNew()
    {
        await using var host = await StartAsync();
        var chunks = new QueueClient(host.Services.GetRequiredService<IConfiguration>()["AzureWebJobsStorage"], "celerity-chunks");
        await chunks.SendMessageAsync("nobody listens here", TestContext.Current.CancellationToken);
        await host.Services.GetRequiredService<IBackgroundTasks>().EnqueueManyAsync(Enumerable.Range(0, 3).Select(number => new FragileOrder(number)));
        await host.RunUntilIdleAsync();
        Assert.DoesNotContain("celerity_queue_length", await ScrapeAsync(host), StringComparison.Ordinal);

        // Its next process knows only what is stored.
        await host.AdvanceAsync(TimeSpan.FromMinutes(1));
        await host.CrashAsync();
        await host.Services.GetRequiredService<StorageReadiness>().Ready;
        var lines = (await ScrapeAsync(host)).Split('\n');

        Assert.Equal("1", ValueOf(lines, "celerity_queue_length", "celerity_queue_name=\"celerity-chunks\""));
        Assert.Equal("60", ValueOf(lines, "celerity_queue_age_seconds", "celerity_queue_name=\"celerity-chunks\""));
        Assert.Equal("0", ValueOf(lines, "celerity_queue_length", "celerity_queue_name=\"celerity-default-poison\""));
        Assert.Contains(lines, line => line.StartsWith("celerity_dead_letter_open{", StringComparison.Ordinal)
            && line.Contains("celerity_task_name=\"letters.fragile\"", StringComparison.Ordinal) && line.Contains("} 3", StringComparison.Ordinal));
        Assert.Equal("0", ValueOf(lines, "celerity_dead_letter_open_in_other_groups", ""));
    }

    [Fact]
    public async Task Scrape_SwitchedOff_IsNotFound()
    {
        await using var host = await StartAsync(("Celerity:Metrics:Prometheus", "false"));

        using var answer = await host.Http.GetAsync(new Uri("/api/metrics", UriKind.Relative), TestContext.Current.CancellationToken);

        Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
    }

    [Fact]
    public async Task Setting_ThatIsNoFlag_StopsTheStart()
    {
        var exception = await Assert.ThrowsAnyAsync<Exception>(() => StartAsync(("Celerity:Metrics:Prometheus", "maybe")));

        Assert.Contains("CEL0308: Celerity:Metrics:Prometheus is \"maybe\"; it must be true or false.", exception.ToString(), StringComparison.Ordinal);
    }

    private static Task<string> ScrapeAsync(FunctionTestHost host) => host.Http.GetStringAsync("/api/metrics", TestContext.Current.CancellationToken);

    // The labels of a sample in their order, without those that say whose it is.
    private static string? ValueOf(string[] lines, string name, string labels)
    {
        var found = lines.Where(line => line.StartsWith(name + "{", StringComparison.Ordinal)).Select(line => Sample().Match(line))
            .SingleOrDefault(match => string.Join(',', match.Groups["label"].Captures
                .Select(label => label.Value)
                .Where(label => !label.StartsWith("otel_scope_", StringComparison.Ordinal) && !label.StartsWith("service_instance_id", StringComparison.Ordinal))
                .Order(StringComparer.Ordinal)) == labels);
        Assert.True(found is not null, $"{name} {labels} is not among\n{string.Join('\n', lines.Where(line => line.StartsWith(name, StringComparison.Ordinal)))}");
        return found.Groups["value"].Value;
    }

    private static async Task<FunctionTestHost> StartAsync(params (string Name, string Value)[] settings)
    {
        var host = await FunctionTestHost.StartAsync(SetUp, options =>
        {
            foreach (var type in new[] { typeof(TaskFunctions), typeof(MaintenanceFunctions), typeof(MeasureFunctions), typeof(MetricsEndpoints) })
            {
                options.FunctionTypes.Add(type);
            }

            options.ServedConnections.Add("AzureWebJobsStorage");
            options.Patience = TimeSpan.FromSeconds(5);
            foreach (var (name, value) in settings)
            {
                options.Set(name, value);
            }
        });
        await host.Services.GetRequiredService<StorageReadiness>().Ready;
        return host;
    }

    private static void SetUp(FunctionsApplicationBuilder builder)
    {
        builder.ConfigureFunctionsWebApplication();
        builder.AddCelerity(typeof(TaskFunctions).Assembly).AddHandler<FragileHandler>()
            .ConfigureTask<FragileOrder>(options => options.MaxAttempts = 1);
        builder.Services.AddSingleton<Weather>();
    }

    [GeneratedRegex("""^\w+\{((?<label>\w+="[^"]*"),?)*\} (?<value>\S+)""", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Sample();
}
