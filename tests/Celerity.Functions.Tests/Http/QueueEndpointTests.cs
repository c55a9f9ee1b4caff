using System.Net.Http.Json;
using System.Text.Json;
using Celerity.Functions.Hosting;
using Celerity.Functions.Http;
using Celerity.Functions.Queues;
using Celerity.Functions.Tests.Limits;
using Celerity.TestKit.Hosting;
using Microsoft.Azure.Functions.Worker.Builder;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Celerity.Functions.Tests.Http;

/// <summary>Queues, limits and settings as they are now, over HTTP.</summary>
public sealed class QueueEndpointTests
{
    [Fact]
    public async Task Queues_TellWhatLiesThere_AndWhoPausedThem()
    {
        await using var host = await StartAsync();
        await host.Http.PostAsJsonAsync("/api/queues/celerity-low/pause", new { who = "ada", why = "the database moves" });
        var tasks = host.Services.GetRequiredService<IBackgroundTasks>();
        for (var at = 0; at < 3; at++)
        {
            await tasks.EnqueueAsync(new PlainTask(at), new EnqueueOptions { Priority = TaskPriority.Low });
        }

        await host.RunUntilIdleAsync();
        await host.AdvanceAsync(TimeSpan.FromSeconds(6));
        var answer = await host.Http.GetFromJsonAsync<JsonElement>("/api/queues");

        Assert.Equal(host.Now, answer.GetProperty("at").GetDateTimeOffset());
        var low = Of(answer.GetProperty("queues"), "name", "celerity-low");
        Assert.Equal((0, 3, 0, true), (low.GetProperty("length").GetInt32(), low.GetProperty("held").GetInt32(), low.GetProperty("poison").GetInt32(), low.GetProperty("isPaused").GetBoolean()));
        Assert.Equal(("ada", "the database moves"), (low.GetProperty("pause").GetProperty("who").GetString(), low.GetProperty("pause").GetProperty("why").GetString()));
        var normal = Of(answer.GetProperty("queues"), "name", "celerity-default");
        Assert.False(normal.GetProperty("isPaused").GetBoolean());
        Assert.Contains("limits.plain", normal.GetProperty("tasks").EnumerateArray().Select(task => task.GetString()));
        Assert.Equal(
            ["celerity-chunks", "celerity-chunks-bulk", "celerity-default", "celerity-high", "celerity-low"],
            answer.GetProperty("queues").EnumerateArray().Select(queue => queue.GetProperty("name").GetString()).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Queues_OfOneLook_AreShared_PausesAreNot()
    {
        await using var host = await StartAsync();
        var first = await host.Http.GetFromJsonAsync<JsonElement>("/api/queues");
        await host.Http.PostAsJsonAsync("/api/queues/celerity-chunks/pause", new { who = "ada" });
        await host.AdvanceAsync(TimeSpan.FromSeconds(4));
        var second = await host.Http.GetFromJsonAsync<JsonElement>("/api/queues");
        await host.AdvanceAsync(TimeSpan.FromSeconds(1));
        var third = await host.Http.GetFromJsonAsync<JsonElement>("/api/queues");

        Assert.Equal(first.GetProperty("at").GetDateTimeOffset(), second.GetProperty("at").GetDateTimeOffset());
        Assert.Equal(TimeSpan.FromSeconds(5), third.GetProperty("at").GetDateTimeOffset() - first.GetProperty("at").GetDateTimeOffset());
        Assert.All(["celerity-chunks", "celerity-chunks-bulk"], queue => Assert.True(Of(second.GetProperty("queues"), "name", queue).GetProperty("isPaused").GetBoolean()));
    }

    [Fact]
    public async Task Limits_TellWhatIsInForce_AndWhatWasChanged()
    {
        await using var host = await StartAsync();
        await host.Http.PutAsJsonAsync("/api/task-types/limits.rated/settings", new { settings = new { RateLimit = "2/s", MaxAttempts = "9" }, who = "ada" });
        await host.Http.PostAsJsonAsync("/api/task-types/limits.rated/pause", new { who = "ada" });

        var tasks = (await host.Http.GetFromJsonAsync<JsonElement>("/api/limits")).GetProperty("tasks");

        var rated = Of(tasks, "task", "limits.rated");
        Assert.Equal(("celerity-default", "2/s", true), (rated.GetProperty("queue").GetString(), rated.GetProperty("rate").GetString(), rated.GetProperty("isPaused").GetBoolean()));
        var rate = Of(rated.GetProperty("settings"), "name", "RateLimit");
        Assert.Equal(("2/s", "10/s", true), (rate.GetProperty("value").GetString(), rate.GetProperty("default").GetString(), rate.GetProperty("isChanged").GetBoolean()));
        Assert.False(Of(rated.GetProperty("settings"), "name", "TimeLimit").GetProperty("isChanged").GetBoolean());
        Assert.Equal(4, Of(tasks, "task", "limits.slots").GetProperty("concurrency").GetInt32());
        Assert.DoesNotContain(tasks.EnumerateArray(), task => task.GetProperty("task").GetString()!.StartsWith("celerity.", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Settings_TellWhatIsSet_AndWhatToMend()
    {
        await using var host = await StartAsync(
            ("Celerity:Runs:Retention", "0"), ("AzureFunctionsJobHost__extensions__queues__maxDequeueCount", "3"), ("Celerity:Metrics:Prometheus", "false"));
        await host.Http.PostAsJsonAsync("/api/queues/celerity-low/pause", new { who = "ada", why = "the database moves" });

        var answer = await host.Http.GetFromJsonAsync<JsonElement>("/api/settings");

        var retention = Of(answer.GetProperty("settings"), "key", "Celerity:Runs:Retention");
        Assert.Equal(("0", "30.00:00:00", true), (retention.GetProperty("value").GetString(), retention.GetProperty("default").GetString(), retention.GetProperty("isSet").GetBoolean()));
        var findings = answer.GetProperty("findings").EnumerateArray().Select(finding => $"{finding.GetProperty("severity")}: {finding.GetProperty("text")}").ToList();
        Assert.Contains(findings, finding => finding.StartsWith("warning: host.json has extensions.queues.maxDequeueCount 3:", StringComparison.Ordinal));
        Assert.Contains(findings, finding => finding.StartsWith("warning: The queue celerity-low is paused since", StringComparison.Ordinal) && finding.EndsWith("by ada: the database moves.", StringComparison.Ordinal));
        Assert.Contains("advice: Runs are kept for ever, with all that they wrote.", findings);
        Assert.Contains("advice: Nobody is given metrics.", findings);
        Assert.DoesNotContain(findings, finding => finding.Contains("visibilityTimeout", StringComparison.Ordinal) || finding.Contains("emulator", StringComparison.Ordinal));
    }

    private static JsonElement Of(JsonElement list, string name, string value) => list.EnumerateArray().Single(item => item.GetProperty(name).GetString() == value);

    private static async Task<FunctionTestHost> StartAsync(params (string Name, string Value)[] settings)
    {
        var host = await FunctionTestHost.StartAsync(SetUp, options =>
        {
            foreach (var type in new[] { typeof(TaskFunctions), typeof(OperationEndpoints), typeof(QueueEndpoints), typeof(SettingEndpoints) })
            {
                options.FunctionTypes.Add(type);
            }

            options.ServedConnections.Add("AzureWebJobsStorage");
            foreach (var (name, value) in settings)
            {
                options.Set(name, value);
            }
        });
        await host.Services.GetRequiredService<StorageReadiness>().Ready;
        host.Services.GetRequiredService<Diary>().Length = TimeSpan.Zero;
        return host;
    }

    private static void SetUp(FunctionsApplicationBuilder builder)
    {
        builder.ConfigureFunctionsWebApplication();
        builder.AddCelerity(typeof(TaskFunctions).Assembly).AddHandler<LimitedHandler>();
        builder.Services.AddSingleton<Diary>();
    }
}
