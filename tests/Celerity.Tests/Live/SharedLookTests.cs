using Celerity.Live;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace Celerity.Tests.Live;

public sealed class SharedLookTests
{
    private readonly FakeTimeProvider _time = new();
    private readonly List<TaskCompletionSource<int>> _readings = [];
    private readonly SharedLook<int> _look;

    public SharedLookTests() => _look = new SharedLook<int>(
        () =>
        {
            _readings.Add(new TaskCompletionSource<int>());
            return _readings[^1].Task;
        },
        TimeSpan.FromSeconds(5),
        _time);

    [Fact]
    public async Task Get_WhileItIsRead_WaitsForThatReading()
    {
        var first = _look.GetAsync(CancellationToken.None);
        _time.Advance(TimeSpan.FromMinutes(1));
        var second = _look.GetAsync(CancellationToken.None);
        _readings.Single().SetResult(7);

        Assert.Equal((7, 7), (await first, await second));
    }

    [Fact]
    public async Task Get_IsReadAgainOnceItIsTooOld()
    {
        var first = _look.GetAsync(CancellationToken.None);
        _readings[0].SetResult(1);
        _time.Advance(TimeSpan.FromSeconds(4.9));
        Assert.Equal(await first, await _look.GetAsync(CancellationToken.None));
        _time.Advance(TimeSpan.FromSeconds(0.1));
        var next = _look.GetAsync(CancellationToken.None);
        _readings[1].SetResult(2);

        Assert.Equal(2, await next);
    }

    [Fact]
    public async Task Get_AfterAFailure_ReadsAgainAtOnce()
    {
        var first = _look.GetAsync(CancellationToken.None);
        _readings[0].SetException(new IOException("down"));
        await Assert.ThrowsAsync<IOException>(() => first);
        var second = _look.GetAsync(CancellationToken.None);
        _readings[1].SetResult(2);

        Assert.Equal(2, await second);
    }

    [Fact]
    public async Task Get_WhoeverStopsWaiting_StopsNobodyElse()
    {
        using var stop = new CancellationTokenSource();
        var gone = _look.GetAsync(stop.Token);
        var waits = _look.GetAsync(CancellationToken.None);
        await stop.CancelAsync();
        _readings.Single().SetResult(3);

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => gone);
        Assert.Equal(3, await waits);
    }
}
