using Azure;
using Celerity.LocalRuntime.Queues;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;

namespace Celerity.LocalRuntime.Tests.Queues;

public sealed class LeaseRenewalTests
{
    private static readonly TimeSpan Lease = TimeSpan.FromMinutes(10);

    private readonly SteppedTime _time = new();
    private readonly MemoryQueue _queue;

    public LeaseRenewalTests()
    {
        _queue = new MemoryQueue("tasks", _time);
        _queue.Add("body");
    }

    [Fact]
    public async Task Renewal_AtHalfTheLease_HidesForAnotherWholeLeaseAgainAndAgain()
    {
        await using var renewal = await StartAsync();

        _time.Advance(TimeSpan.FromMinutes(5) - TimeSpan.FromTicks(1));
        Assert.Empty(_queue.TakeCalls());
        for (var i = 0; i < 5; i++)
        {
            _time.Advance(TimeSpan.FromMinutes(5));
            Assert.Equal("hide 00:10:00", await _queue.NextCallAsync());
            Assert.Equal(0, _queue.VisibleCount);
        }
    }

    [Fact]
    public async Task Renewal_NewReceipt_ReplacesTheMessages()
    {
        var renewal = await StartAsync();
        var first = renewal.PopReceipt;

        _time.Advance(TimeSpan.FromMinutes(5));
        await renewal.DisposeAsync();

        Assert.NotEqual(first, renewal.PopReceipt);
        await _queue.DeleteAsync("m1", renewal.PopReceipt, CancellationToken.None);
    }

    [Fact]
    public async Task Renewal_ServiceFails_TriesAgainSoonerButNotBelowATenth()
    {
        await using var renewal = await StartAsync();
        _queue.Fail = _ => new RequestFailedException(503, "busy");

        foreach (var minutes in new[] { 5, 2.5, 1.25, 1, 1 })
        {
            _time.Advance(TimeSpan.FromMinutes(minutes) - TimeSpan.FromTicks(1));
            Assert.Empty(_queue.TakeCalls());
            _time.Advance(TimeSpan.FromTicks(1));
            Assert.Equal("failed hide", await _queue.NextCallAsync());
        }
    }

    [Fact]
    public async Task Renewal_ServiceRecovers_GoesBackToHalfTheLease()
    {
        await using var renewal = await StartAsync();
        _queue.Fail = _ => new RequestFailedException(503, "busy");
        _time.Advance(TimeSpan.FromMinutes(5));
        _queue.Fail = _ => null;
        _time.Advance(TimeSpan.FromMinutes(2.5));
        Assert.Equal(["failed hide", "hide 00:10:00"], _queue.TakeCalls());

        _time.Advance(TimeSpan.FromMinutes(5) - TimeSpan.FromTicks(1));
        Assert.Empty(_queue.TakeCalls());
        _time.Advance(TimeSpan.FromTicks(1));
        Assert.Equal(["hide 00:10:00"], _queue.TakeCalls());
    }

    [Theory]
    [InlineData(404, "MessageNotFound")]
    [InlineData(404, "QueueNotFound")]
    [InlineData(400, "PopReceiptMismatch")]
    public async Task Renewal_MessageIsLost_StopsForGood(int status, string code)
    {
        await using var renewal = await StartAsync();
        _queue.Fail = _ => new RequestFailedException(status, "lost", code, null);
        _time.Advance(TimeSpan.FromMinutes(5));
        Assert.Equal(["failed hide"], _queue.TakeCalls());

        _queue.Fail = _ => null;
        _time.Advance(TimeSpan.FromHours(2));
        Assert.Empty(_queue.TakeCalls());
    }

    [Fact]
    public async Task Dispose_Later_RenewsNoMore()
    {
        var renewal = await StartAsync();
        await renewal.DisposeAsync();

        _time.Advance(TimeSpan.FromHours(1));
        Assert.Empty(_queue.TakeCalls());
    }

    private async Task<LeaseRenewal> StartAsync()
    {
        var message = (await _queue.ReceiveAsync(1, Lease, CancellationToken.None))[0];
        _queue.TakeCalls();
        return new LeaseRenewal(_queue, message, Lease, _time, NullLogger.Instance);
    }
}
