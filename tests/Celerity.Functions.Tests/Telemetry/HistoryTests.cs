using System.Net;
using System.Text.Json;
using Celerity.Figures;
using Celerity.Functions.Hosting;
using Celerity.Functions.Http;
using Celerity.Functions.Queues;
using Celerity.Functions.Telemetry;
using Celerity.Functions.Tests.DeadLetters;
using Celerity.Metrics;
using Celerity.Storage;
using Celerity.TestKit.Hosting;
using Microsoft.Azure.Functions.Worker.Builder;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Celerity.Functions.Tests.Telemetry;

/// <summary>The history and the cost meter, by the app itself over HTTP.</summary>
public sealed class HistoryTests
{
    private static readonly TimeSpan Hang = TimeSpan.FromMinutes(1);

    [Fact]
    public async Task History_TellsWhatEveryProcessSaw_OnesThatAreGoneToo()
    {
        await using var host = await StartAsync();
        var path = $"/api/history?step=minute&from={host.Now:yyyy-MM-ddTHH:mm:ssZ}";
        await SendAsync(host, 3);
        await AdvanceUntilAsync(host, path, history => Sum(history, "started") == 3);
        await host.CrashAsync();
        await host.Services.GetRequiredService<StorageReadiness>().Ready;
        host.Services.GetRequiredService<Weather>().IsBad = false;
        await SendAsync(host, 2);

        var history = await AdvanceUntilAsync(host, path, history => Sum(history, "started") == 5);

        var points = history.GetProperty("points").EnumerateArray().ToList();
        Assert.Equal("minute", history.GetProperty("step").GetString());
        Assert.Equal((5, 2, 3), (Sum(history, "sent"), Sum(history, "succeeded"), Sum(history, "failed")));
        Assert.True(Sum(history, "storageRequests") > 20, history.ToString());
        Assert.Contains(points, point => point.TryGetProperty("backlog", out _));
        Assert.Contains(points, point => point.TryGetProperty("openLetters", out var letters) && letters.GetInt64() == 3);
        var task = Assert.Single(history.GetProperty("tasks").EnumerateArray());
        Assert.Equal(("letters.fragile", 5), (task.GetProperty("task").GetString(), task.GetProperty("started").GetInt64()));

        var hours = await GetAsync(host, path.Replace("minute", "hour", StringComparison.Ordinal) + "&task=letters.fragile");
        Assert.Equal(5, Sum(hours, "sent"));
    }

    [Fact]
    public async Task Cost_IsReckonedFromTheRequestsOfTheApp()
    {
        await using var host = await StartAsync();
        await SendAsync(host, 3);

        var cost = await AdvanceUntilAsync(
            host, "/api/cost", cost => cost.TryGetProperty("requestsPerThousandTasks", out _) && cost.TryGetProperty("idleRequestsPerDay", out _));

        Assert.Equal("USD", cost.GetProperty("currency").GetString());
        Assert.True(cost.GetProperty("requestsPerThousandTasks").GetDouble() > 1000, cost.ToString());
        Assert.True(cost.GetProperty("idleRequestsPerDay").GetDouble() > 1000, cost.ToString());
        Assert.True(cost.GetProperty("perMonth").GetProperty("storage").GetDecimal() > 0, cost.ToString());
        Assert.Contains(cost.GetProperty("byOperation").EnumerateArray(), operation =>
            (operation.GetProperty("service").GetString(), operation.GetProperty("operation").GetString()) == ("queue", "send"));
        Assert.Contains(cost.GetProperty("notes").EnumerateArray(), note => note.GetString()!.Contains("Functions host", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("step=day")]
    [InlineData("from=2026-01-01")]
    [InlineData("from=2026-01-01T00:00:00Z&to=2025-01-01T00:00:00Z")]
    [InlineData("from=9999-12-31T23:59:59Z")]
    [InlineData("to=9999-12-31T23:59:59Z")]
    [InlineData("to=0001-01-01T00:00:00Z")]
    [InlineData("from=2026-01-01T00:00:00Z&to=2026-02-02T00:00:00Z")]
    [InlineData("step=minute&from=2026-01-01T00:00:00Z&to=2026-01-02T00:00:01Z")]
    [InlineData("task=")]
    public async Task History_AskedForWhatCannotBe_SaysWhatCan(string query)
    {
        await using var host = await StartAsync();

        using var answer = await host.Http.GetAsync(new Uri("/api/history?" + query, UriKind.Relative), TestContext.Current.CancellationToken);

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Contains("CEL0308", await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);
    }

    [Fact]
    public async Task History_SwitchedOff_IsEmpty()
    {
        await using var host = await StartAsync(("Celerity:History:Enabled", "false"));
        await SendAsync(host, 3);
        await host.AdvanceAsync(TimeSpan.FromMinutes(2));

        Assert.Empty((await GetAsync(host, "/api/history")).GetProperty("points").EnumerateArray());
    }

    [Theory]
    [InlineData("Celerity:History:MinutesKeptHours", "1", "CEL0308: Celerity:History:MinutesKeptHours is 1; it must be 2 to 168.")]
    [InlineData("Celerity:History:HoursKeptDays", "401", "CEL0308: Celerity:History:HoursKeptDays is 401; it must be 1 to 400")]
    [InlineData("Celerity:History:Days", "3", "CEL0308: ")]
    [InlineData("Celerity:Cost:Prices:Table", "-1", "CEL0308: Celerity:Cost:Prices:Table is -1; it must be 0 or more.")]
    [InlineData("Celerity:Cost:Prices:Tables", "1", "CEL0308: ")]
    public async Task Setting_OutOfRange_StopsTheStart(string name, string value, string message)
    {
        var exception = await Assert.ThrowsAnyAsync<Exception>(() => StartAsync((name, value)));

        Assert.Contains(message, exception.ToString(), StringComparison.Ordinal);
    }

    private static async Task SendAsync(FunctionTestHost host, int count)
    {
        await host.Services.GetRequiredService<IBackgroundTasks>().EnqueueManyAsync(Enumerable.Range(0, count).Select(number => new FragileOrder(number)));
        await host.RunUntilIdleAsync();
    }

    // A process writes by itself, after each minute.
    private static async Task<JsonElement> AdvanceUntilAsync(FunctionTestHost host, string path, Predicate<JsonElement> isThere)
    {
        using var hang = new CancellationTokenSource(Hang);
        while (true)
        {
            await host.AdvanceAsync(TimeSpan.FromMinutes(1));
            if (await GetAsync(host, path) is var answer && isThere(answer))
            {
                return answer;
            }

            hang.Token.ThrowIfCancellationRequested();
        }
    }

    private static long Sum(JsonElement history, string name) =>
        history.GetProperty("points").EnumerateArray().Sum(point => point.GetProperty(name).GetInt64());

    private static async Task<JsonElement> GetAsync(FunctionTestHost host, string path) =>
        JsonElement.Parse(await host.Http.GetStringAsync(path, TestContext.Current.CancellationToken));

    private static async Task<FunctionTestHost> StartAsync(params (string Name, string Value)[] settings)
    {
        var host = await FunctionTestHost.StartAsync(SetUp, options =>
        {
            foreach (var type in new[] { typeof(TaskFunctions), typeof(MaintenanceFunctions), typeof(MeasureFunctions), typeof(HistoryEndpoints) })
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

        // Meters are known to the whole process as long as it lasts: what is measured here must not be told to other tests.
        builder.Services.AddSingleton(services => new FigureMeter(new FigureBoard(services.GetRequiredService<ITableStore>(), services.GetRequiredService<TimeProvider>())));
    }
}
