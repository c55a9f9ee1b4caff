using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Celerity.LocalRuntime.Tests.Hosting;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Celerity.LocalRuntime.Tests.Http;

public sealed class AdminEndpointTests
{
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
        Assert.Equal("by hand", await ran.Task.WaitAsync(TimeSpan.FromSeconds(30)));
    }

    [Fact]
    public async Task PostFunction_Timer_RunsItWithATimerInfo()
    {
        var ran = new TaskCompletionSource<string>();
        await using var app = await LocalApp.StartAsync([typeof(Timers)], builder => builder.Services.AddSingleton(ran));

        using var response = await app.Http.PostAsJsonAsync("admin/functions/yearly", new { });

        Assert.Equal(HttpStatusCode.Accepted, response.StatusCode);
        Assert.Equal("past due: False", await ran.Task.WaitAsync(TimeSpan.FromSeconds(30)));
    }

    [Fact]
    public async Task PostFunction_Unknown_IsNotFound()
    {
        await using var app = await LocalApp.StartAsync([typeof(Functions)]);

        using var response = await app.Http.PostAsJsonAsync("admin/functions/other", new { input = "" });

        Assert.Equal(HttpStatusCode.NotFound, response.StatusCode);
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
