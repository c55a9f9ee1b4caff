using Celerity.Storage;
using Xunit;

namespace Celerity.AzureStorage.Tests.Conformance;

/// <summary>What every queue store does.</summary>
public abstract class QueueStoreConformance : IAsyncLifetime
{
    private static readonly TimeSpan LongLease = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan ShortLease = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Afterwards = TimeSpan.FromSeconds(2.5);

    private readonly IStorageBench _bench;
    private readonly string _queue = $"q-{Guid.NewGuid():N}";

    private protected QueueStoreConformance(IStorageBench bench) => _bench = bench;

    // The long ones are ASCII: the emulator decodes a request packet by packet and breaks a longer character that two packets share.
    public static TheoryData<string> Bodies => new(
        "", "plain", "{\"v\":1,\"text\":\"a\"}", "eyJ2IjoxfQ==", "<a href='x'>&amp;</a>", "]]>", "äöü 漢字 \U0001F680", "a\tb", " padded ",
        new string('x', QueueLimits.MessageBytes), new string('&', QueueLimits.MessageBytes));

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private IQueueStore Store => _bench.Queues;

    public async ValueTask InitializeAsync()
    {
        await _bench.OpenAsync();
        await _bench.CreateQueueAsync(_queue);
    }

    public ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        return ValueTask.CompletedTask;
    }

    [Theory]
    [MemberData(nameof(Bodies))]
    public async Task Send_AnyText_IsReceivedAsItWasSent(string body)
    {
        await SendAsync(body);

        Assert.Equal(body, (await ReceiveOneAsync(LongLease)).Body);
    }

    // A number, because half a surrogate pair does not survive an attribute.
    [Theory]
    [InlineData(0x0000)]
    [InlineData(0x0001)]
    [InlineData(0xFFFF)]
    [InlineData(0xD83D)]
    [InlineData(0xDE80)]
    public async Task Send_CharacterThatXmlCannotCarry_IsRefusedUnsent(int character)
    {
        await Assert.ThrowsAsync<ArgumentException>(() => SendAsync($"a{(char)character}b"));

        Assert.Empty(await ReceiveAsync(1, LongLease));
    }

    [Fact]
    public async Task Send_MoreThan64KiB_IsRefusedWithTheLimit()
    {
        var refusal = await Assert.ThrowsAsync<ArgumentException>(() => SendAsync(new string('x', QueueLimits.MessageBytes - 1) + "ä"));

        Assert.Contains("65536", refusal.Message);
        Assert.Empty(await ReceiveAsync(1, LongLease));
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(7 * 24 * 3600 + 1)]
    public async Task Send_DelayOutOfRange_IsRefusedUnsent(int seconds)
    {
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => SendAsync("x", TimeSpan.FromSeconds(seconds)));

        Assert.Empty(await ReceiveAsync(1, LongLease));
    }

    [Fact]
    public async Task Send_LongestDelay_IsAcceptedAndHidesTheMessage()
    {
        await SendAsync("x", QueueLimits.LongestDelay);

        Assert.Empty(await ReceiveAsync(1, LongLease));
    }

    [Theory]
    [InlineData(1.0)]
    [InlineData(0.2)]
    public async Task Send_Delayed_IsReceivedAfterTheDelay(double seconds)
    {
        await SendAsync("x", TimeSpan.FromSeconds(seconds));
        await _bench.PassAsync(Afterwards);

        Assert.Equal(1, (await ReceiveOneAsync(LongLease)).DequeueCount);
    }

    [Fact]
    public async Task Send_NoSuchQueue_Throws() =>
        await Assert.ThrowsAnyAsync<Exception>(() => Store.SendAsync("nowhere", "x", TimeSpan.Zero, Token).AsTask());

    [Fact]
    public async Task Receive_NoSuchQueueOrNoMessage_ReturnsNone()
    {
        Assert.Empty(await Store.ReceiveAsync("nowhere", 1, LongLease, Token));
        Assert.Empty(await ReceiveAsync(1, LongLease));
    }

    [Fact]
    public async Task Receive_Several_ReturnsUpToTheLimitInOrderEachOnce()
    {
        for (var at = 0; at < 40; at++)
        {
            await SendAsync($"{at:D2}");
        }

        var first = await ReceiveAsync(QueueLimits.ReceiveCount, LongLease);
        var rest = await ReceiveAsync(QueueLimits.ReceiveCount, LongLease);

        Assert.Equal(Enumerable.Range(0, 40).Select(at => $"{at:D2}"), first.Concat(rest).Select(item => item.Body));
        Assert.Equal(32, first.Count);
        Assert.Equal(40, first.Concat(rest).Select(item => item.MessageId).Distinct().Count());
        Assert.Empty(await ReceiveAsync(1, LongLease));
    }

    [Fact]
    public async Task Count_LeasedAndDelayedOnes_CountToo()
    {
        await SendAsync("leased");
        await ReceiveOneAsync(LongLease);
        await SendAsync("delayed", QueueLimits.LongestDelay);
        await SendAsync("waiting");

        Assert.Equal(3, await Store.CountAsync(_queue, Token));
        Assert.Equal(0, await Store.CountAsync("nowhere", Token));
    }

    [Fact]
    public async Task Receive_ByManyAtOnce_GivesEachMessageToOne()
    {
        for (var at = 0; at < 12; at++)
        {
            await SendAsync($"{at}");
        }

        var received = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => ReceiveAsync(2, LongLease)));

        Assert.Equal(12, received.Sum(items => items.Count));
        Assert.Equal(12, received.SelectMany(items => items).Select(item => item.MessageId).Distinct().Count());
    }

    [Theory]
    [InlineData(0)]
    [InlineData(33)]
    public async Task Receive_LimitOutOfRange_IsRefused(int limit) =>
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => ReceiveAsync(limit, LongLease));

    [Theory]
    [InlineData(0.5)]
    [InlineData(7 * 24 * 3600 + 1)]
    public async Task Receive_LeaseOutOfRange_IsRefused(double seconds)
    {
        await SendAsync("x");

        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => ReceiveAsync(1, TimeSpan.FromSeconds(seconds)));

        Assert.Equal(1, (await ReceiveOneAsync(LongLease)).DequeueCount);
    }

    [Fact]
    public async Task Receive_AfterTheLease_GivesTheMessageAgainWithAHigherCountAndANewReceipt()
    {
        await SendAsync("x");
        var first = await ReceiveOneAsync(ShortLease);
        await _bench.PassAsync(Afterwards);

        var second = await ReceiveOneAsync(LongLease);

        Assert.Equal((1, 2), (first.DequeueCount, second.DequeueCount));
        Assert.Equal((first.MessageId, first.Body), (second.MessageId, second.Body));
        Assert.NotEqual(first.Receipt, second.Receipt);
    }

    [Fact]
    public async Task TryDelete_WithinTheLease_RemovesTheMessage()
    {
        await SendAsync("x");
        var item = await ReceiveOneAsync(ShortLease);

        Assert.True(await Store.TryDeleteAsync(_queue, item, Token));

        await _bench.PassAsync(Afterwards);
        Assert.Empty(await ReceiveAsync(1, LongLease));
    }

    [Fact]
    public async Task TryDelete_Twice_ReturnsFalse()
    {
        await SendAsync("x");
        var item = await ReceiveOneAsync(LongLease);
        await Store.TryDeleteAsync(_queue, item, Token);

        Assert.False(await Store.TryDeleteAsync(_queue, item, Token));
    }

    [Fact]
    public async Task TryDelete_MessageWasReceivedAgain_ReturnsFalseAndLeavesIt()
    {
        await SendAsync("x");
        var first = await ReceiveOneAsync(ShortLease);
        await _bench.PassAsync(Afterwards);
        var second = await ReceiveOneAsync(LongLease);

        Assert.False(await Store.TryDeleteAsync(_queue, first, Token));
        Assert.True(await Store.TryDeleteAsync(_queue, second, Token));
    }

    [Fact]
    public async Task TryDelete_LeaseRanOutButNobodyHasTheMessage_RemovesIt()
    {
        await SendAsync("x");
        var item = await ReceiveOneAsync(ShortLease);
        await _bench.PassAsync(Afterwards);

        Assert.True(await Store.TryDeleteAsync(_queue, item, Token));

        Assert.Empty(await ReceiveAsync(1, LongLease));
    }

    [Fact]
    public async Task TryDelete_NoSuchQueue_ReturnsFalse()
    {
        await SendAsync("x");
        var item = await ReceiveOneAsync(LongLease);

        Assert.False(await Store.TryDeleteAsync("nowhere", item, Token));
    }

    [Fact]
    public async Task TryDelete_MessageThatATriggersHostHolds_IsRefused() =>
        await Assert.ThrowsAsync<ArgumentException>(() => Store.TryDeleteAsync(_queue, new QueueItem("id", "", 1, "x"), Token).AsTask());

    [Fact]
    public async Task EveryCall_Cancelled_ThrowsAndDoesNothing()
    {
        var cancelled = new CancellationToken(canceled: true);
        await SendAsync("x");

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Store.SendAsync(_queue, "y", TimeSpan.Zero, cancelled).AsTask());
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Store.ReceiveAsync(_queue, 1, LongLease, cancelled).AsTask());
        var item = await ReceiveOneAsync(LongLease);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Store.TryDeleteAsync(_queue, item, cancelled).AsTask());

        Assert.Equal(("x", 1), (item.Body, item.DequeueCount));
        Assert.Empty(await ReceiveAsync(1, LongLease));
        Assert.True(await Store.TryDeleteAsync(_queue, item, Token));
    }

    private Task SendAsync(string body, TimeSpan delay = default) => Store.SendAsync(_queue, body, delay, Token).AsTask();

    private Task<IReadOnlyList<QueueItem>> ReceiveAsync(int limit, TimeSpan lease) => Store.ReceiveAsync(_queue, limit, lease, Token).AsTask();

    private async Task<QueueItem> ReceiveOneAsync(TimeSpan lease) => Assert.Single(await ReceiveAsync(1, lease));
}
