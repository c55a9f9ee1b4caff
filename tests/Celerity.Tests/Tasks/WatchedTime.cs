using Microsoft.Extensions.Time.Testing;

namespace Celerity.Tests.Tasks;

/// <summary>A clock that tells when somebody starts to wait.</summary>
internal sealed class WatchedTime(DateTimeOffset start) : FakeTimeProvider(start)
{
    private readonly Lock _gate = new();
    private readonly List<(TimeSpan Due, TaskCompletionSource Signal)> _watches = [];

    private readonly List<(TimeSpan Due, Action Fire)> _fires = [];
    private readonly List<WatchedTimer> _live = [];

    /// <summary>Whether a timer of this length has been started and not been disposed of.</summary>
    public bool IsWaiting(TimeSpan due)
    {
        lock (_gate)
        {
            return _live.Exists(timer => timer.Due == due);
        }
    }

    /// <summary>What the timers of this length call, in the order in which they were started: a timer may fire although it was just stopped.</summary>
    public IReadOnlyList<Action> FiresOf(TimeSpan due)
    {
        lock (_gate)
        {
            return [.. _fires.Where(timer => timer.Due == due).Select(timer => timer.Fire)];
        }
    }

    /// <summary>Completes when a timer of this length has been started from now on.</summary>
    public Task WhenTimerOf(TimeSpan due)
    {
        var signal = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_gate)
        {
            _watches.Add((due, signal));
        }

        return signal.Task;
    }

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new WatchedTimer(this, base.CreateTimer(callback, state, dueTime, period), dueTime);
        lock (_gate)
        {
            _live.Add(timer);
            _fires.Add((dueTime, () => callback(state)));
            _watches.Where(watch => watch.Due == dueTime).ToList().ForEach(watch => watch.Signal.TrySetResult());
        }

        return timer;
    }

    private sealed class WatchedTimer(WatchedTime time, ITimer timer, TimeSpan due) : ITimer
    {
        public TimeSpan Due => due;

        public bool Change(TimeSpan dueTime, TimeSpan period) => timer.Change(dueTime, period);

        public void Dispose()
        {
            Forget();
            timer.Dispose();
        }

        public ValueTask DisposeAsync()
        {
            Forget();
            return timer.DisposeAsync();
        }

        private void Forget()
        {
            lock (time._gate)
            {
                time._live.Remove(this);
            }
        }
    }
}
