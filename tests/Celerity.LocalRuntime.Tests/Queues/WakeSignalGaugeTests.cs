using Celerity.LocalRuntime.Hosting;
using Microsoft.Extensions.Time.Testing;
using Xunit;
using WakeSignal = Celerity.LocalRuntime.Queues.Waking.WakeSignal;

namespace Celerity.LocalRuntime.Tests.Queues;

/// <summary>A loop is counted from its wake on, not only from when it notices.</summary>
public sealed class WakeSignalGaugeTests
{
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    private readonly FakeTimeProvider _time = new();
    private readonly WorkGauge _gauge = new();
    private readonly WakeSignal _signal;

    public WakeSignalGaugeTests()
    {
        _signal = new WakeSignal(isOn: true, _gauge);
        _gauge.Enter();
    }

    [Fact]
    public async Task Wait_Woken_CountsAtOnce()
    {
        var wait = _signal.WaitAsync(Minute, _time, CancellationToken.None);
        Assert.Equal(0, _gauge.Busy);

        _signal.Wake();

        Assert.Equal(1, _gauge.Busy);
        await wait;
        Assert.Equal(1, _gauge.Busy);
    }

    [Fact]
    public async Task Wait_DelayPassed_CountsAtOnce()
    {
        var wait = _signal.WaitAsync(Minute, _time, CancellationToken.None);

        _time.Advance(Minute);

        Assert.Equal(1, _gauge.Busy);
        await wait;
    }

    [Fact]
    public async Task Wait_Stopped_CountsAtOnce()
    {
        using var stopping = new CancellationTokenSource();
        var wait = _signal.WaitAsync(Minute, _time, stopping.Token);

        await stopping.CancelAsync();

        Assert.Equal(1, _gauge.Busy);
        await wait;
    }

    [Fact]
    public async Task Wait_WokenBefore_EndsAtOnceAndCountsOnce()
    {
        _signal.Wake();
        _signal.Wake();

        await _signal.WaitAsync(Timeout.InfiniteTimeSpan, _time, CancellationToken.None);
        _signal.Reset();

        Assert.Equal(1, _gauge.Busy);
        Assert.False(_signal.IsSet);
    }
}
