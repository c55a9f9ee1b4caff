using Celerity.LocalRuntime.Discovery;
using Celerity.LocalRuntime.Queues;
using Microsoft.Azure.Functions.Worker.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Xunit;

namespace Celerity.LocalRuntime.Tests.Queues;

/// <summary>Queue functions in the whole runtime: discovery, binding, outputs; only the queues themselves are in memory.</summary>
public sealed class QueueFunctionTests : IAsyncDisposable
{
    private readonly MemorySource _source = new(TimeProvider.System);
    private readonly QueueFunctions.Seen _seen = new();
    private readonly string _root = Directory.CreateTempSubdirectory("queues").FullName;
    private IHost? _host;

    public async ValueTask DisposeAsync()
    {
        if (_host is not null)
        {
            await _host.StopAsync();
            await ((IAsyncDisposable)_host).DisposeAsync();
        }

        Directory.Delete(_root, recursive: true);
    }

    [Fact]
    public async Task Parameters_ByName_GetTheMetadata()
    {
        var got = await SendAsync("text", "hello");

        Assert.Equal("hello", got[0]);
        Assert.Equal(1, got[1]);
        Assert.Equal("m1", got[2]);
        Assert.Equal("r1", got[3]);
        Assert.Equal(default(DateTimeOffset), got[4]);
    }

    [Fact]
    public async Task Parameters_ByName_GetTheBodysOwnProperties()
    {
        var got = await SendAsync("poco", """{"name":"a","number":7,"id":"mine"}""");

        Assert.Equal([new QueueFunctions.Order("a", 7), "mine", 7], got);
    }

    [Fact]
    public async Task Poco_BodyIsNull_IsNull() => Assert.Equal([null], await SendAsync("null-poco", "null"));

    [Fact]
    public async Task QueueMessage_IsTheMessage() => Assert.Equal(["hello", 1L], await SendAsync("message", "hello"));

    [Fact]
    public async Task BinaryData_IsTheBody() => Assert.Equal(["hello"], await SendAsync("binary", "hello"));

    [Fact]
    public async Task Bytes_AreTheBodyAsUtf8() => Assert.Equal("ø"u8.ToArray(), (await SendAsync("bytes", "ø"))[0]);

    [Fact]
    public async Task Guid_IsParsed() =>
        Assert.Equal(
            [Guid.Parse("5b1d1e9c-5a1f-4b8e-9d0a-0d6d5e6f7a8b")], await SendAsync("guid", "5b1d1e9c-5a1f-4b8e-9d0a-0d6d5e6f7a8b"));

    [Fact]
    public async Task Array_IsJson() => Assert.Equal(new[] { 1, 2 }, (await SendAsync("array", "[1,2]"))[0]);

    [Fact]
    public async Task BindingData_HasAllNames()
    {
        var got = await SendAsync("metadata", "hello");

        var entries = Assert.IsAssignableFrom<IReadOnlyDictionary<string, object?>>(got[1]);
        Assert.Equal(
            ["DequeueCount", "ExpirationTime", "Id", "InsertionTime", "NextVisibleTime", "PopReceipt", "QueueTrigger"],
            entries.Keys.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Return_Array_IsOneMessageEachBeforeTheTriggersIsDeleted()
    {
        await StartAsync();
        _source["out"].Fail = kind => kind == "send" && _source["returns"].Texts.Count == 0 ? new InvalidOperationException("too late") : null;
        _source["returns"].Add("x");

        await CallsUntilAsync("returns", "delete");

        Assert.Equal(["x 1", "x 2"], _source["out"].Texts);
    }

    [Fact]
    public async Task Outputs_Properties_AreSentUnlessNull()
    {
        await StartAsync();
        _source["multi"].Add("x");

        await CallsUntilAsync("multi", "delete");

        Assert.Equal(["{\n  \"Name\": \"x\",\n  \"Number\": 1\n}"], _source["out"].Texts.Select(text => text.ReplaceLineEndings("\n")));
        Assert.Empty(_source["never"].Texts);
    }

    [Fact]
    public async Task Outputs_SendFails_FailsTheInvocation()
    {
        await StartAsync();
        _source["out"].Fail = _ => new InvalidOperationException("full");
        _source["returns"].Add("x");

        await CallsUntilAsync("returns", "hide 00:00:00");
        await CallsUntilAsync("returns", "delete");
        Assert.Equal(["x"], _source["returns-poison"].Texts);
    }

    [Fact]
    public async Task Outputs_FunctionThrows_NothingIsSentAndTheMessageEndsInThePoisonQueue()
    {
        await StartAsync();
        _source["throws"].Add("x");

        await CallsUntilAsync("throws", "delete");

        Assert.Empty(_source["out"].Texts);
        Assert.Equal(["x"], _source["throws-poison"].Texts);
    }

    [Fact]
    public async Task Binding_PocoCannotBeRead_CountsAsAnAttempt()
    {
        await StartAsync();
        _source["poco"].Add("no json");

        await CallsUntilAsync("poco", "delete");

        Assert.Equal(["no json"], _source["poco-poison"].Texts);
    }

    private async Task CallsUntilAsync(string queue, string call)
    {
        while (await _source[queue].NextCallAsync() != call)
        {
        }
    }

    private async Task<object?[]> SendAsync(string queue, string text)
    {
        await StartAsync();
        _source[queue].Add(text);
        return await _seen.NextAsync();
    }

    private async Task StartAsync()
    {
        await File.WriteAllTextAsync(
            Path.Combine(_root, "host.json"),
            """{"version":"2.0","extensions":{"queues":{"messageEncoding":"none","maxDequeueCount":2,"maxPollingInterval":"00:00:00.100"}}}""");
        var builder = FunctionsApplication.CreateBuilder(["--contentRoot", _root]);
        builder.Configuration["LocalRuntime:HttpPort"] = "0";
        builder.Logging.SetMinimumLevel(LogLevel.None);
        builder.Services.AddSingleton(new FunctionSource([typeof(QueueFunctions)]));
        builder.Services.AddSingleton<IQueueSource>(_source);
        builder.Services.AddSingleton(_seen);
        _host = builder.Build();
        await _host.StartAsync();
    }
}
