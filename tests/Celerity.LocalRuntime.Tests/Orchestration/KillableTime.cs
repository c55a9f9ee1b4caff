namespace Celerity.LocalRuntime.Tests.Orchestration;

/// <summary>
/// A fake clock that worlds which are killed share with their successors. A killed world's loops may set a timer at the moment at which it is
/// disposed, which the fake clock does not stand: it would call back into nothing later. Here a disposed timer is only silenced.
/// </summary>
internal sealed class KillableTime(TimeProvider inner) : TimeProvider
{
    public override long TimestampFrequency => inner.TimestampFrequency;

    public override TimeZoneInfo LocalTimeZone => inner.LocalTimeZone;

    public override DateTimeOffset GetUtcNow() => inner.GetUtcNow();

    public override long GetTimestamp() => inner.GetTimestamp();

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
        new SilencedTimer(inner, callback, state, dueTime, period);

    private sealed class SilencedTimer : ITimer
    {
        private readonly ITimer _timer;
        private volatile bool _isDisposed;

        public SilencedTimer(TimeProvider time, TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
            _timer = time.CreateTimer(
                _ =>
                {
                    if (!_isDisposed)
                    {
                        callback(state);
                    }
                },
                null,
                dueTime,
                period);

        public bool Change(TimeSpan dueTime, TimeSpan period) => !_isDisposed && _timer.Change(dueTime, period);

        public void Dispose()
        {
            _isDisposed = true;
            _timer.Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        }

        public ValueTask DisposeAsync()
        {
            Dispose();
            return default;
        }
    }
}
