using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Celerity.LocalRuntime.Tests.Hosting;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Celerity.LocalRuntime.Tests.Http;

public sealed class AdminEndpointTests
{
    private static readonly TimeSpan HangLimit = TimeSpan.FromSeconds(30);

    [Fact]
    public async Task GetStatus_Started_IsRunning()
    {
        await using var app = await LocalApp.StartAsync([typeof(Functions)]);

        var status = await app.Http.GetFromJsonAsync<JsonElement>("admin/host/status");

        Assert.Equal("Running", status.GetProperty("state").GetString());
    }

    [Fact]
    public async Task PostFunction_WithInput_RunsItAndAccepts()
    {
        var ran = new TaskCompletionSource<string>();
        await using var app = await LocalApp.StartAsync([typeof(Functions)], builder => builder.Services.AddSingleton(ran));

        using var response = await app.Http.PostAsJsonAsync("admin/functions/PROBE", new { input = "by hand" });

        Assert.Equal(HttpStatusCode.Accepted, response.StatusCode);
        Assert.Equal("by hand", await ran.Task.WaitAsync(HangLimit));
    }

    [Fact]
    public async Task PostFunction_Timer_RunsItWithATimerInfo()
    {
        var ran = new TaskCompletionSource<string>();
        await using var app = await LocalApp.StartAsync([typeof(Timers)], builder => builder.Services.AddSingleton(ran));

        using var response = await app.Http.PostAsJsonAsync("admin/functions/yearly", new { });

        Assert.Equal(HttpStatusCode.Accepted, response.StatusCode);
        Assert.Equal("past due: False", await ran.Task.WaitAsync(HangLimit));
    }

    [Fact]
    public async Task PostFunction_Unknown_IsNotFound()
    {
        await using var app = await LocalApp.StartAsync([typeof(Functions)]);

        using var response = await app.Http.PostAsJsonAsync("admin/functions/other", new { input = "" });

        Assert.Equal(HttpStatusCode.NotFound, response.StatusCode);
    }

    [Fact]
    public async Task PostDrain_SomethingRuns_TakesNoMoreAndLetsItEndUncancelled()
    {
        var work = new SlowWork();
        await using var app = await LocalApp.StartAsync([typeof(Durable)], builder => builder.Services.AddSingleton(work));
        Assert.Equal("Disabled", await DrainStateAsync(app));
        var client = app.Services.GetRequiredService<IDurableTaskClientProvider>().GetClient();
        var running = await client.ScheduleNewOrchestrationInstanceAsync("runs");
        await work.Begun.Task.WaitAsync(HangLimit);

        using var drain = await app.Http.PostAsync("admin/host/drain", null);
        Assert.Equal(HttpStatusCode.Accepted, drain.StatusCode);
        Assert.Equal("InProgress", await DrainStateAsync(app));
        var waiting = await client.ScheduleNewOrchestrationInstanceAsync("runs");
        work.MayEnd.SetResult();
        using var limit = new CancellationTokenSource(HangLimit);
        while (await DrainStateAsync(app) != "Completed")
        {
            limit.Token.ThrowIfCancellationRequested();
        }

        Assert.False(work.WasCancelled);
        Assert.Equal(OrchestrationRuntimeStatus.Pending, (await client.GetInstanceAsync(waiting))!.RuntimeStatus);

        using var resume = await app.Http.PostAsync("admin/host/resume", null);
        Assert.Equal("Running", (await resume.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("state").GetString());
        Assert.Equal("Disabled", await DrainStateAsync(app));
        foreach (var id in new[] { running, waiting })
        {
            var ended = await client.WaitForInstanceCompletionAsync(id).WaitAsync(HangLimit);
            Assert.Equal(OrchestrationRuntimeStatus.Completed, ended.RuntimeStatus);
        }
    }

    [Fact]
    public async Task PostRestart_StartsTheListenersAgain()
    {
        var work = new SlowWork();
        work.MayEnd.SetResult();
        await using var app = await LocalApp.StartAsync([typeof(Durable)], builder => builder.Services.AddSingleton(work));

        using var restart = await app.Http.PostAsync("admin/host/restart", null);
        using var resume = await app.Http.PostAsync("admin/host/resume", null);

        Assert.Equal(HttpStatusCode.OK, restart.StatusCode);
        var client = app.Services.GetRequiredService<IDurableTaskClientProvider>().GetClient();
        var id = await client.ScheduleNewOrchestrationInstanceAsync("runs");
        Assert.Equal(OrchestrationRuntimeStatus.Completed, (await client.WaitForInstanceCompletionAsync(id).WaitAsync(HangLimit)).RuntimeStatus);
    }

    private static async Task<string?> DrainStateAsync(LocalApp app) =>
        (await app.Http.GetFromJsonAsync<JsonElement>("admin/host/drain/status")).GetProperty("state").GetString();

    public sealed class SlowWork
    {
        public TaskCompletionSource Begun { get; } = new();

        public TaskCompletionSource MayEnd { get; } = new();

        public bool WasCancelled { get; set; }
    }

    public sealed class Durable(SlowWork work)
    {
        [Function("runs")]
        public static Task RunAsync([OrchestrationTrigger] TaskOrchestrationContext context) => context.CallActivityAsync("waits");

        [Function("waits")]
        public async Task WaitAsync([ActivityTrigger] string? input, CancellationToken cancellationToken)
        {
            work.Begun.TrySetResult();
            await work.MayEnd.Task;
            work.WasCancelled |= cancellationToken.IsCancellationRequested;
        }
    }

    public sealed class Timers(TaskCompletionSource<string> ran)
    {
        [Function("yearly")]
        public void Yearly([TimerTrigger("0 0 0 1 1 *")] TimerInfo timer) => ran.SetResult($"past due: {timer.IsPastDue}");
    }

    public sealed class Functions(IServiceProvider services)
    {
        [Function("probe")]
        public void Probe([ProbeTrigger] string input) => services.GetRequiredService<TaskCompletionSource<string>>().SetResult(input);
    }
}
