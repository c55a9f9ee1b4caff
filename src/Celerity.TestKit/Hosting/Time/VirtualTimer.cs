using Celerity.TestKit.Hosting.Running;

namespace Celerity.TestKit.Hosting.Time;

/// <summary>A timer of the virtual clock. Its callback runs on the thread that moves the clock, before the clock moves on.</summary>
internal sealed class VirtualTimer : ITimer
{
    public static readonly IComparer<VirtualTimer> ByDueTime = Comparer<VirtualTimer>.Create(
        (left, right) => left.DueAt == right.DueAt ? left._number.CompareTo(right._number) : Nullable.Compare(left.DueAt, right.DueAt));

    private readonly VirtualClock _clock;
    private readonly TimerCallback _callback;
    private readonly object? _state;
    private readonly long _number;
    private readonly ExecutionContext? _context = ExecutionContext.Capture();
    private readonly RunningCode? _code;
    private readonly bool _isLimit;
    private int _isWaiting;

    public VirtualTimer(VirtualClock clock, TimerCallback callback, object? state, TimerOwner owner, long number, bool isPeriodic)
    {
        _clock = clock;
        _callback = callback;
        _state = state;
        _number = number;
        Owner = owner;

        _code = owner.IsCode ? RunningCode.OwnCode : null;

        // The timer of a time limit is no wait: what it limits goes on. Nor is one that ticks: what it ticks beside goes on.
        _isLimit = isPeriodic || state is CancellationTokenSource;
    }

    public TimerOwner Owner { get; }

    /// <summary>Gets or sets when it fires next; guarded by the clock, as all of these.</summary>
    public DateTimeOffset? DueAt { get; set; }

    public TimeSpan Period { get; set; }

    public bool IsDisposed { get; set; }

    public bool Change(TimeSpan dueTime, TimeSpan period)
    {
        var isArmed = _clock.Arm(this, dueTime, period);
        SetWaiting(isArmed && dueTime > TimeSpan.Zero);
        if (isArmed && dueTime == TimeSpan.Zero)
        {
            FireAtOnce();
        }

        return isArmed;
    }

    /// <summary>Sets the next due time after it fired.</summary>
    public void Rearm() => DueAt = Period > TimeSpan.Zero ? VirtualClock.Later(_clock.GetUtcNow(), Period) : null;

    public void Fire()
    {
        if (Owner.IsGone)
        {
            return;
        }

        SetWaiting(DueAt is not null);
        if (_context is null)
        {
            _callback(_state);
            return;
        }

        ExecutionContext.Run(_context, static timer => ((VirtualTimer)timer!)._callback(((VirtualTimer)timer)._state), this);
    }

    public void Dispose()
    {
        _clock.Disarm(this);
        SetWaiting(false);
    }

    public ValueTask DisposeAsync()
    {
        Dispose();
        return ValueTask.CompletedTask;
    }

    // Needs no clock to move. Not on this thread: who arms a timer may hold a lock.
    private void FireAtOnce()
    {
        Owner.Gauge?.Enter();
        ThreadPool.UnsafeQueueUserWorkItem(
            static timer =>
            {
                timer.Fire();
                timer.Owner.Gauge?.Exit();
            },
            this,
            preferLocal: false);
    }

    private void SetWaiting(bool isWaiting)
    {
        if (_code is null || Interlocked.Exchange(ref _isWaiting, isWaiting ? 1 : 0) == (isWaiting ? 1 : 0))
        {
            return;
        }

        if (_isLimit)
        {
            _code.CountLimit(isWaiting ? 1 : -1);
        }
        else
        {
            _code.CountWait(isWaiting ? 1 : -1);
        }
    }
}
