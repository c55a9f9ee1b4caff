using Celerity.LocalRuntime.Http;
using Celerity.LocalRuntime.Settings;
using Microsoft.Extensions.Configuration;
using Xunit;

namespace Celerity.LocalRuntime.Tests.Http;

public sealed class RequestLimitsTests
{
    [Fact]
    public async Task EnterAsync_NoLimits_NeedsNoLease()
    {
        using var limits = Limits();

        Assert.Null(await limits.EnterAsync(default));
    }

    [Fact]
    public async Task EnterAsync_BothLimits_WaitsThenRefuses()
    {
        using var limits = Limits(("maxConcurrentRequests", "1"), ("maxOutstandingRequests", "2"));

        var running = await limits.EnterAsync(default);
        var waiting = limits.EnterAsync(default).AsTask();
        using var refused = await limits.EnterAsync(default);

        Assert.True(running!.IsAcquired);
        Assert.False(waiting.IsCompleted);
        Assert.False(refused!.IsAcquired);
        running.Dispose();
        using var next = await waiting.WaitAsync(TimeSpan.FromSeconds(30));
        Assert.True(next!.IsAcquired);
    }

    [Fact]
    public async Task EnterAsync_OnlyOutstanding_RefusesWhatIsOver()
    {
        using var limits = Limits(("maxOutstandingRequests", "1"));

        using var first = await limits.EnterAsync(default);
        using var second = await limits.EnterAsync(default);

        Assert.True(first!.IsAcquired);
        Assert.False(second!.IsAcquired);
    }

    private static RequestLimits Limits(params (string Key, string Value)[] settings) =>
        new(HostConfiguration.Load(path: null, new ConfigurationBuilder()
            .AddInMemoryCollection(settings.Select(setting =>
                KeyValuePair.Create($"AzureFunctionsJobHost:extensions:http:{setting.Key}", (string?)setting.Value)))
            .Build()));
}
