namespace Celerity.Cli.Tests.Runs;

/// <summary>Time in which every timer is due at once: what waits between attempts does not wait.</summary>
internal sealed class EagerTimeProvider : TimeProvider
{
    /// <summary>Gets what time it is, always; otherwise that of the machine.</summary>
    public DateTimeOffset? Now { get; init; }

    public TimeZoneInfo Zone { get; init; } = TimeZoneInfo.Utc;

    public override TimeZoneInfo LocalTimeZone => Zone;

    public override DateTimeOffset GetUtcNow() => Now ?? System.GetUtcNow();

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
        new EagerTimer(System.CreateTimer(callback, state, TimeSpan.Zero, Soon(period)));

    private static TimeSpan Soon(TimeSpan period) => period == Timeout.InfiniteTimeSpan ? period : TimeSpan.FromMilliseconds(1);

    private sealed class EagerTimer(ITimer timer) : ITimer
    {
        public bool Change(TimeSpan dueTime, TimeSpan period) => timer.Change(Soon(dueTime), Soon(period));

        public void Dispose() => timer.Dispose();

        public ValueTask DisposeAsync() => timer.DisposeAsync();
    }
}
