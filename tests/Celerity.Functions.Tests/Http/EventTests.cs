using System.Net;
using System.Net.Http.Json;
using System.Net.ServerSentEvents;
using System.Text.Json;
using Celerity.Functions.Hosting;
using Celerity.Functions.Http;
using Celerity.Functions.Queues;
using Celerity.Live;
using Celerity.TestKit.Hosting;
using Microsoft.Azure.Functions.Worker.Builder;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Celerity.Functions.Tests.Http;

/// <summary>The stream of events over HTTP, on the virtual clock.</summary>
public sealed class EventTests
{
    [Fact]
    public async Task Stream_TellsOfTheAppEveryTwoSeconds_AndOfTasks_AndEnds()
    {
        await using var host = await StartAsync();
        using var answer = await OpenAsync(host);
        Assert.Equal("text/event-stream", answer.Content.Headers.ContentType?.MediaType);
        var reading = ReadAllAsync(answer);
        var id = await host.Services.GetRequiredService<IBackgroundTasks>().EnqueueAsync(new PaymentTask("o7", "4111"));
        await host.AdvanceAsync(TimeSpan.FromSeconds(101));

        var events = await reading.WaitAsync(TimeSpan.FromSeconds(30));

        Assert.Equal(50, events.Count(item => item.EventType == "live"));
        var live = events.Where(item => item.EventType == "live").Select(item => JsonElement.Parse(item.Data)).ToList();
        Assert.Equal(1, live[0].GetProperty("workers").GetInt32());
        Assert.Contains(live[0].GetProperty("queues").EnumerateArray(), queue => queue.GetProperty("name").GetString() == "celerity-default");
        Assert.Equal(0, live[0].GetProperty("taskEventsDropped").GetInt32());
        Assert.Equal(TimeSpan.FromSeconds(2), live[2].GetProperty("at").GetDateTimeOffset() - live[1].GetProperty("at").GetDateTimeOffset());
        var states = events.Where(item => item.EventType == "task").Select(item => JsonElement.Parse(item.Data))
            .Where(change => change.GetProperty("id").GetString() == id).Select(change => change.GetProperty("state").GetString());
        Assert.Equal(["enqueued", "running", "succeeded"], states);
    }

    [Fact]
    public async Task Stream_WithTooManyChanges_TellsTwentyASecond_AndHowManyItLeftOut()
    {
        await using var host = await StartAsync();
        using var answer = await OpenAsync(host);
        var reading = ReadAllAsync(answer);
        await host.Services.GetRequiredService<IBackgroundTasks>().EnqueueManyAsync(Enumerable.Range(0, 500).Select(at => new PaymentTask($"o{at}", "4111")));
        await host.AdvanceAsync(TimeSpan.FromSeconds(101));

        var events = await reading.WaitAsync(TimeSpan.FromSeconds(30));

        var told = events.Count(item => item.EventType == "task");
        var dropped = events.Where(item => item.EventType == "live").Sum(item => JsonElement.Parse(item.Data).GetProperty("taskEventsDropped").GetInt32());
        Assert.Equal(1500, told + dropped);
        Assert.InRange(told, 20, 100);
    }

    [Fact]
    public async Task Stream_BeyondTheLimit_IsRefused_UntilOneIsClosed()
    {
        await using var host = await StartAsync();
        var streams = host.Services.GetRequiredService<LiveStreams>();
        for (var at = 0; at < LiveStreams.MostAtOnce; at++)
        {
            Assert.True(streams.TryEnter());
        }

        using var refused = await OpenAsync(host);
        streams.Leave();
        using var taken = await OpenAsync(host);

        Assert.Equal((HttpStatusCode.ServiceUnavailable, TimeSpan.FromSeconds(10)), (refused.StatusCode, refused.Headers.RetryAfter?.Delta));
        Assert.Equal("CEL0365", (await refused.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("code").GetString());
        Assert.Equal((HttpStatusCode.OK, LiveStreams.MostAtOnce), (taken.StatusCode, streams.OpenCount));
    }

    private static Task<HttpResponseMessage> OpenAsync(FunctionTestHost host) => host.Http.SendAsync(
        new HttpRequestMessage(HttpMethod.Get, "/api/events"), HttpCompletionOption.ResponseHeadersRead, TestContext.Current.CancellationToken);

    private static async Task<List<SseItem<string>>> ReadAllAsync(HttpResponseMessage answer)
    {
        var events = new List<SseItem<string>>();
        await using var body = await answer.Content.ReadAsStreamAsync();
        await foreach (var item in SseParser.Create(body).EnumerateAsync())
        {
            events.Add(item);
        }

        return events;
    }

    private static async Task<FunctionTestHost> StartAsync()
    {
        var host = await FunctionTestHost.StartAsync(SetUp, options =>
        {
            options.FunctionTypes.Add(typeof(TaskFunctions));
            options.FunctionTypes.Add(typeof(EventEndpoints));
            options.ServedConnections.Add("AzureWebJobsStorage");
            options.Patience = TimeSpan.FromSeconds(5);
        });
        await host.Services.GetRequiredService<StorageReadiness>().Ready;
        return host;
    }

    private static void SetUp(FunctionsApplicationBuilder builder)
    {
        builder.ConfigureFunctionsWebApplication();
        builder.AddCelerity(typeof(TaskFunctions).Assembly).AddHandler<PaymentHandler>();
        builder.Services.AddSingleton<Bank>();
    }
}
