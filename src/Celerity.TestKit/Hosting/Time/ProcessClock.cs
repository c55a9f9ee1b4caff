using Celerity.LocalRuntime.Hosting;

namespace Celerity.TestKit.Hosting.Time;

/// <summary>The clock as one process of the app sees it: the time is everybody's, its timers end with it.</summary>
internal sealed class ProcessClock(VirtualClock clock, WorkGauge gauge) : TimeProvider
{
    private readonly TimerOwner _owner = new(gauge);

    public override long TimestampFrequency => clock.TimestampFrequency;

    public override TimeZoneInfo LocalTimeZone => clock.LocalTimeZone;

    public override DateTimeOffset GetUtcNow() => clock.GetUtcNow();

    public override long GetTimestamp() => clock.GetTimestamp();

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
        clock.Create(callback, state, dueTime, period, _owner);

    public void Kill() => clock.Drop(_owner);
}
