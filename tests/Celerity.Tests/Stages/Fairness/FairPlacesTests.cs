using Celerity.Stages.Slices;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace Celerity.Tests.Stages.Fairness;

/// <summary>Who is given a place that is free.</summary>
public sealed class FairPlacesTests
{
    private readonly FakeTimeProvider _time = new();
    private readonly SmallRuns _small;

    public FairPlacesTests() => _small = new SmallRuns(_time);

    [Fact]
    public async Task Enter_RunAlone_HasEveryPlace()
    {
        var places = new FairPlaces(2, 1, _small);
        using var first = await places.EnterAsync("giant", isBulk: false, CancellationToken.None);
        var second = await places.EnterAsync("giant", isBulk: false, CancellationToken.None);
        var third = places.EnterAsync("giant", isBulk: false, CancellationToken.None).AsTask();
        Assert.False(third.IsCompleted);

        second.Dispose();
        second.Dispose();

        using var _ = await third;
        Assert.False(places.EnterAsync("giant", isBulk: false, CancellationToken.None).AsTask().IsCompleted);
    }

    [Fact]
    public async Task Leave_ManyOfOneRunWait_NextIsWhoHasFewest()
    {
        var places = new FairPlaces(2, 1, _small);
        var held = new Queue<IDisposable>([await places.EnterAsync("giant", isBulk: false, CancellationToken.None), await places.EnterAsync("giant", isBulk: false, CancellationToken.None)]);
        var order = new List<string>();
        var waiting = new List<Task<IDisposable>>();
        foreach (var run in new[] { "giant", "giant", "giant", "small", "small", "other" })
        {
            waiting.Add(EnterAsync(run));
        }

        foreach (var expected in new[] { "small", "giant", "small", "giant", "other" })
        {
            held.Dequeue().Dispose();
            held.Enqueue(await await Task.WhenAny(waiting));
            waiting.RemoveAll(wait => wait.IsCompleted);
            Assert.Equal(expected, order[^1]);
        }

        async Task<IDisposable> EnterAsync(string run)
        {
            var place = await places.EnterAsync(run, isBulk: false, CancellationToken.None);
            order.Add(run);
            return place;
        }
    }

    [Fact]
    public async Task Leave_BulkWaits_HasEveryFourth()
    {
        var places = new FairPlaces(1, 1, _small);
        var held = await places.EnterAsync("giant", isBulk: true, CancellationToken.None);
        var order = new List<char>();
        List<Task<IDisposable>> waiting =
        [
            .. Enumerable.Range(0, 3).Select(_ => EnterAsync("giant", isBulk: true)),
            .. Enumerable.Range(0, 8).Select(number => EnterAsync($"small{number}", isBulk: false)),
        ];

        while (waiting.Count > 0)
        {
            held.Dispose();
            held = await await Task.WhenAny(waiting);
            waiting.RemoveAll(wait => wait.IsCompleted);
        }

        Assert.Equal("sssgsssgssg", string.Concat(order));

        async Task<IDisposable> EnterAsync(string run, bool isBulk)
        {
            var place = await places.EnterAsync(run, isBulk, CancellationToken.None);
            order.Add(run[0]);
            return place;
        }
    }

    [Fact]
    public async Task Enter_Cancelled_TakesNoPlace()
    {
        var places = new FairPlaces(1, 1, _small);
        using var cancellation = new CancellationTokenSource();
        var held = await places.EnterAsync("a", isBulk: false, CancellationToken.None);
        var cancelled = places.EnterAsync("b", isBulk: false, cancellation.Token).AsTask();
        var next = places.EnterAsync("c", isBulk: false, CancellationToken.None).AsTask();

        await cancellation.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => cancelled);
        held.Dispose();

        (await next).Dispose();
        using var _ = await places.EnterAsync("d", isBulk: false, CancellationToken.None);
    }

    [Fact]
    public async Task Enter_SmallRunIsAtWork_BulkLeavesItAPlace()
    {
        var places = new FairPlaces(2, 1, _small);
        _small.Bulk("giant");
        _small.Step("small");
        var held = await places.EnterAsync("giant", isBulk: true, CancellationToken.None);
        var second = places.EnterAsync("giant", isBulk: true, CancellationToken.None).AsTask();
        Assert.False(second.IsCompleted);

        using (await places.EnterAsync("small", isBulk: false, CancellationToken.None))
        {
            Assert.False(second.IsCompleted);
        }

        Assert.False(second.IsCompleted);
        held.Dispose();
        held = await second;
        var third = places.EnterAsync("giant", isBulk: true, CancellationToken.None).AsTask();
        var fourth = places.EnterAsync("giant", isBulk: true, CancellationToken.None).AsTask();
        Assert.False(third.IsCompleted);

        // Once nothing was heard of it for half a second, the giant has all of them again.
        _time.Advance(TimeSpan.FromMilliseconds(501));
        held.Dispose();
        using var _ = await third;
        using var __ = await fourth;
    }

    [Fact]
    public async Task Enter_OnlyGiantsAreAtWork_BulkHasEveryPlace()
    {
        var places = new FairPlaces(2, 1, _small);
        foreach (var giant in new[] { "one", "two" })
        {
            _small.Bulk(giant);
            _small.Step(giant);
        }

        using var first = await places.EnterAsync("one", isBulk: true, CancellationToken.None);
        using var second = await places.EnterAsync("two", isBulk: true, CancellationToken.None);
    }
}
