namespace Celerity.TestKit.Hosting.Time;

/// <summary>A clock that stands still until it is moved, and knows what is due next. One for all that a test host runs.</summary>
internal sealed class VirtualClock(DateTimeOffset start) : TimeProvider
{
    private readonly Lock _gate = new();
    private readonly SortedSet<VirtualTimer> _due = new(VirtualTimer.ByDueTime);
    private DateTimeOffset _now = start;
    private long _lastNumber;

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    /// <summary>Gets UTC, so that a schedule means the same on every machine.</summary>
    public override TimeZoneInfo LocalTimeZone => TimeZoneInfo.Utc;

    /// <summary>Gets when the next timer is due, or <see langword="null"/>; it may be now.</summary>
    public DateTimeOffset? NextDueAt
    {
        get
        {
            lock (_gate)
            {
                return _due.Min?.DueAt;
            }
        }
    }

    public override DateTimeOffset GetUtcNow()
    {
        lock (_gate)
        {
            return _now;
        }
    }

    public override long GetTimestamp() => GetUtcNow().UtcTicks;

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
        Create(callback, state, dueTime, period, new TimerOwner());

    /// <summary>Creates a timer for an owner, who drops all of them at once when it ends.</summary>
    internal ITimer Create(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period, TimerOwner owner)
    {
        var timer = new VirtualTimer(this, callback, state, owner, Interlocked.Increment(ref _lastNumber), period > TimeSpan.Zero);
        timer.Change(dueTime, period);
        return timer;
    }

    /// <summary>Moves to an instant, and fires one timer that is due by then.</summary>
    /// <returns>Whether there was one; then the clock stands at its due time.</returns>
    public bool MoveTowards(DateTimeOffset instant)
    {
        VirtualTimer? timer;
        lock (_gate)
        {
            timer = _due.Min;
            if (timer is null || timer.DueAt > instant)
            {
                _now = instant > _now ? instant : _now;
                return false;
            }

            _now = timer.DueAt > _now ? timer.DueAt.Value : _now;
            _due.Remove(timer);
            timer.Rearm();
            Add(timer);
        }

        timer.Fire();
        return true;
    }

    internal bool Arm(VirtualTimer timer, TimeSpan dueTime, TimeSpan period)
    {
        lock (_gate)
        {
            _due.Remove(timer);
            if (timer.IsDisposed || timer.Owner.IsGone)
            {
                return false;
            }

            timer.Period = period;
            timer.DueAt = dueTime switch
            {
                _ when dueTime == Timeout.InfiniteTimeSpan => null,
                { Ticks: 0 } => period > TimeSpan.Zero ? Later(_now, period) : null,
                _ => Later(_now, dueTime),
            };
            Add(timer);
            return true;
        }
    }

    internal void Disarm(VirtualTimer timer)
    {
        lock (_gate)
        {
            _due.Remove(timer);
            timer.IsDisposed = true;
            timer.DueAt = null;
        }
    }

    /// <summary>Ends an owner: none of its timers fires any more.</summary>
    internal void Drop(TimerOwner owner)
    {
        lock (_gate)
        {
            owner.IsGone = true;
            _due.RemoveWhere(timer => timer.Owner == owner);
        }
    }

    internal static DateTimeOffset Later(DateTimeOffset from, TimeSpan by) =>
        DateTimeOffset.MaxValue - from < by ? DateTimeOffset.MaxValue : from + by;

    private void Add(VirtualTimer timer)
    {
        if (timer.DueAt is not null)
        {
            _due.Add(timer);
        }
    }
}
