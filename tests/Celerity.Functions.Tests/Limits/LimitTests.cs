using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Celerity.Functions.Hosting;
using Celerity.Functions.Http;
using Celerity.Functions.Queues;
using Celerity.TestKit.Hosting;
using Microsoft.Azure.Functions.Worker.Builder;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Celerity.Functions.Tests.Limits;

/// <summary>Limits in the app itself, on the virtual clock: its queue functions, timer, HTTP and storage calls.</summary>
public sealed class LimitTests(ITestOutputHelper output)
{
    [Fact]
    public async Task Slots_NeverMoreAtOnce_AndKeptBusy()
    {
        await using var host = await StartAsync();
        await SendAsync(host, Enumerable.Range(0, 80).Select(at => new SlottedTask(at)));

        await host.RunUntilIdleAsync(untilNothingIsScheduled: true);

        var diary = Diary(host);
        Assert.Equal(80, diary.Starts.DistinctBy(start => start.Id).Count());
        Assert.Equal(4, diary.Most["limits.slots"]);
        var seconds = (diary.Starts.Max(start => start.At) - diary.Starts.Min(start => start.At)).TotalSeconds;
        output.WriteLine($"80 tasks of 1 s on 4 slots took {seconds:N1} s");
        Assert.InRange(seconds, 19, 40);
    }

    [Theory]
    [InlineData("limits.keyed")]
    [InlineData("limits.slots")]
    public async Task SingleTaskOfAnotherTenant_WaitsAtMostTwiceAsLong(string task)
    {
        var alone = await WaitAsync(task, others: 0);
        var behind = await WaitAsync(task, others: 10_000);

        output.WriteLine($"{task}: {alone.TotalSeconds:N3} s alone, {behind.TotalSeconds:N3} s behind 10,000 of another");
        Assert.True(behind <= 2 * TimeSpan.FromSeconds(Math.Max(alone.TotalSeconds, 1)), $"{behind} against {alone}");
    }

    [Fact]
    public async Task Rate_OverHttp_IsObeyedWithinSeconds_AndUndone()
    {
        await using var host = await StartAsync();
        Diary(host).Length = TimeSpan.Zero;
        await SendAsync(host, Enumerable.Range(0, 100).Select(at => new RatedTask(at)));
        await host.RunUntilIdleAsync(untilNothingIsScheduled: true);
        var first = Diary(host).Starts.Select(start => start.At).ToList();
        Assert.InRange((first.Max() - first.Min()).TotalSeconds, 8.5, 12);

        var put = await host.Http.PutAsJsonAsync("/api/task-types/limits.rated/settings", new { settings = new { RateLimit = "2/s" }, who = "ada", why = "they asked" });
        Assert.Equal(HttpStatusCode.OK, put.StatusCode);
        await SendAsync(host, Enumerable.Range(0, 20).Select(at => new RatedTask(at)));
        await host.RunUntilIdleAsync(untilNothingIsScheduled: true);

        var second = Diary(host).Starts.Skip(100).Select(start => start.At).ToList();
        Assert.InRange((second.Max() - second.Min()).TotalSeconds, 8.5, 12);
        var audit = await host.Http.GetFromJsonAsync<JsonElement>("/api/audit");
        var record = audit.GetProperty("records")[0];
        Assert.Equal(("ada", "task.settings", "they asked"), (record.GetProperty("who").GetString(), record.GetProperty("what").GetString(), record.GetProperty("why").GetString()));
    }

    [Theory]
    [InlineData("""{"settings":{"RateLimit":"2 per second"}}""", "CEL0308")]
    [InlineData("""{"settings":{"RateLimit":"2/s","RateCost":"3"}}""", "CEL0308")]
    [InlineData("""{"settings":{"Concurrency":"0"}}""", "CEL0308")]
    [InlineData("""{"settings":{"Queue":"celerity-low"}}""", "CEL0308")]
    [InlineData("""{"settings":{"BatchSize":"9"}}""", "CEL0308")]
    [InlineData("""{"settings":{"Speed":"9"}}""", "CEL0308")]
    [InlineData("""{"why":"no"}""", "CEL0302")]
    [InlineData("""{"settings":""", "CEL0302")]
    public async Task Settings_ThatDoNotFit_AreRefused_AndNothingChanges(string body, string code)
    {
        await using var host = await StartAsync();

        var answer = await host.Http.PutAsync("/api/task-types/limits.rated/settings", new StringContent(body, System.Text.Encoding.UTF8, "application/json"));

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Equal(code, (await answer.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("code").GetString());
        Assert.Empty((await host.Http.GetFromJsonAsync<JsonElement>("/api/task-types/limits.rated/settings")).GetProperty("settings").EnumerateObject());
        Assert.Equal(0, (await host.Http.GetFromJsonAsync<JsonElement>("/api/audit")).GetProperty("records").GetArrayLength());
    }

    [Fact]
    public async Task Queue_PausedAndResumedOverHttp_ItsTasksWaitAndRun()
    {
        await using var host = await StartAsync(options => options.Patience = TimeSpan.FromSeconds(5));
        Diary(host).Length = TimeSpan.Zero;
        Assert.Equal(HttpStatusCode.OK, (await host.Http.PostAsJsonAsync("/api/queues/celerity-default/pause", new { who = "ada", why = "maintenance" })).StatusCode);
        await SendAsync(host, Enumerable.Range(0, 50).Select(at => new PlainTask(at)));
        await host.AdvanceAsync(TimeSpan.FromMinutes(5));
        Assert.Empty(Diary(host).Starts);
        var pauses = await host.Http.GetFromJsonAsync<JsonElement>("/api/pauses");
        Assert.Equal("maintenance", pauses.GetProperty("pauses")[0].GetProperty("why").GetString());

        Assert.Equal(HttpStatusCode.OK, (await host.Http.PostAsync("/api/queues/celerity-default/resume", null)).StatusCode);
        await host.RunUntilIdleAsync();

        Assert.Equal(50, Diary(host).Starts.Count);
        Assert.Equal(HttpStatusCode.BadRequest, (await host.Http.PostAsync("/api/queues/nowhere/pause", null)).StatusCode);
    }

    private static async Task<TimeSpan> WaitAsync(string task, int others)
    {
        await using var host = await StartAsync();
        var tasks = host.Services.GetRequiredService<IBackgroundTasks>();
        async Task<IReadOnlyList<string>> Send(int count, string key) => task == "limits.keyed"
            ? await tasks.EnqueueManyAsync(Enumerable.Range(0, count).Select(at => new KeyedTask(at)), new EnqueueOptions { LimitKey = key })
            : await tasks.EnqueueManyAsync(Enumerable.Range(0, count).Select(at => new SlottedTask(at)), new EnqueueOptions { LimitKey = key });
        await Send(others, "many");
        await host.AdvanceAsync(TimeSpan.FromSeconds(3.5));
        var sent = host.Now;
        var id = (await Send(1, "one"))[0];

        await host.AdvanceAsync(TimeSpan.FromSeconds(5));

        return Diary(host).Starts.First(start => start.Id == id).At - sent;
    }

    private static async Task<FunctionTestHost> StartAsync(Action<FunctionTestHostOptions>? configure = null)
    {
        var host = await FunctionTestHost.StartAsync(SetUp, options => SetUp(options, configure));
        await host.Services.GetRequiredService<StorageReadiness>().Ready;
        return host;
    }

    private static void SetUp(FunctionsApplicationBuilder builder)
    {
        builder.ConfigureFunctionsWebApplication();
        builder.AddCelerity(typeof(LimitTests).Assembly).AddHandler<LimitedHandler>();
        builder.Services.AddSingleton<Diary>();
    }

    private static void SetUp(FunctionTestHostOptions options, Action<FunctionTestHostOptions>? configure)
    {
        foreach (var type in new[] { typeof(TaskFunctions), typeof(MaintenanceFunctions), typeof(OperationEndpoints), typeof(TaskEndpoints) })
        {
            options.FunctionTypes.Add(type);
        }

        options.ServedConnections.Add("AzureWebJobsStorage");
        configure?.Invoke(options);
    }

    private static Diary Diary(FunctionTestHost host) => host.Services.GetRequiredService<Diary>();

    private static async Task SendAsync<T>(FunctionTestHost host, IEnumerable<T> tasks)
        where T : notnull => await host.Services.GetRequiredService<IBackgroundTasks>().EnqueueManyAsync(tasks);
}
