using System.Threading.Channels;
using Microsoft.Extensions.Time.Testing;

namespace Celerity.LocalRuntime.Tests.Timers;

/// <summary>A clock that tells when somebody has begun to wait on it, so that a test does not step past a wait still to come.</summary>
public sealed class SteppedClock(DateTimeOffset start) : FakeTimeProvider(start)
{
    // The timeout of a running invocation is no wait for an occurrence.
    private static readonly TimeSpan FunctionTimeout = TimeSpan.FromMinutes(30);

    private readonly Channel<TimeSpan> _waits = Channel.CreateUnbounded<TimeSpan>();

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = base.CreateTimer(callback, state, dueTime, period);
        if (dueTime > TimeSpan.Zero && dueTime != FunctionTimeout)
        {
            _waits.Writer.TryWrite(dueTime);
        }

        return timer;
    }

    /// <summary>Returns when the next wait has begun.</summary>
    public Task WaitsAsync() => _waits.Reader.ReadAsync().AsTask().WaitAsync(TimeSpan.FromSeconds(30), System);

    /// <summary>Lets the next wait begin, then steps to an instant.</summary>
    public async Task ReachAsync(DateTimeOffset instant)
    {
        await WaitsAsync();
        SetUtcNow(instant);
    }
}
