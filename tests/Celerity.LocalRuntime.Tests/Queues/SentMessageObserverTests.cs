using System.Threading.Channels;
using Celerity.LocalRuntime.Queues.Waking;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Logging;
using Xunit;

namespace Celerity.LocalRuntime.Tests.Queues;

public sealed class SentMessageObserverTests
{
    [Theory]
    [InlineData("POST", "http://h:1/account/tasks/messages", "http://h:1/account/tasks", 0)]
    [InlineData("POST", "http://h:1/account/tasks/messages?timeout=3&sig=abc", "http://h:1/account/tasks", 0)]
    [InlineData("POST", "http://h:1/account/tasks/messages?visibilitytimeout=0&messagettl=-1", "http://h:1/account/tasks", 0)]
    [InlineData("POST", "http://h:1/account/tasks/messages?messagettl=-1&visibilitytimeout=30", "http://h:1/account/tasks", 30)]
    [InlineData("GET", "http://h:1/account/tasks/messages", null, 0)]
    [InlineData("PUT", "http://h:1/account/tasks/messages/id", null, 0)]
    [InlineData("POST", "http://h:1/account/tasks", null, 0)]
    public void FindSend_ByRequest(string method, string uri, string? queue, int delaySeconds)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), uri);

        var send = SentMessageObserver.FindSend(request);

        Assert.Equal(queue, send?.Queue.AbsoluteUri);
        Assert.Equal(TimeSpan.FromSeconds(delaySeconds), send?.Delay ?? TimeSpan.Zero);
    }

    [Fact]
    public async Task Sends_OfThisProcess_AreSeenAfterTheyWereAccepted()
    {
        var seen = Channel.CreateUnbounded<Uri>();
        await using var server = await StartServerAsync();
        var origin = server.Urls.First();
        using var observer = new SentMessageObserver((queue, _) =>
        {
            if (queue.AbsoluteUri.StartsWith(origin, StringComparison.Ordinal))
            {
                seen.Writer.TryWrite(queue);
            }
        });
        using var client = new HttpClient();

        await client.PostAsync(new Uri(origin + "/account/refused/messages"), null, TestContext.Current.CancellationToken);
        await client.GetAsync(new Uri(origin + "/account/read/messages"), TestContext.Current.CancellationToken);
        await client.PostAsync(new Uri(origin + "/account/tasks/messages"), null, TestContext.Current.CancellationToken);

        var queue = await seen.Reader.ReadAsync(TestContext.Current.CancellationToken).AsTask()
            .WaitAsync(TimeSpan.FromSeconds(60), TestContext.Current.CancellationToken);
        Assert.Equal(origin + "/account/tasks", queue.AbsoluteUri);
    }

    [Fact]
    public async Task Sends_AfterDispose_AreNotSeen()
    {
        var count = 0;
        await using var server = await StartServerAsync();
        var uri = new Uri(server.Urls.First() + "/account/tasks/messages");
        new SentMessageObserver((queue, _) => count += uri.AbsoluteUri.StartsWith(queue.AbsoluteUri, StringComparison.Ordinal) ? 1 : 0).Dispose();
        using var client = new HttpClient();

        await client.PostAsync(uri, null, TestContext.Current.CancellationToken);

        Assert.Equal(0, count);
    }

    private static async Task<WebApplication> StartServerAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var app = builder.Build();
        app.Run(context =>
        {
            context.Response.StatusCode = context.Request.Path.Value!.Contains("refused", StringComparison.Ordinal) ? 403 : 201;
            return Task.CompletedTask;
        });
        await app.StartAsync(TestContext.Current.CancellationToken);
        return app;
    }
}
