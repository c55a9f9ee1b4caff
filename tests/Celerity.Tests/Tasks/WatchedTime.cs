using Microsoft.Extensions.Time.Testing;

namespace Celerity.Tests.Tasks;

/// <summary>A clock that tells when somebody starts to wait.</summary>
internal sealed class WatchedTime(DateTimeOffset start) : FakeTimeProvider(start)
{
    private readonly Lock _gate = new();
    private readonly List<(TimeSpan Due, TaskCompletionSource Signal)> _watches = [];

    private readonly List<(TimeSpan Due, Action Fire)> _fires = [];

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
        var timer = base.CreateTimer(callback, state, dueTime, period);
        lock (_gate)
        {
            _fires.Add((dueTime, () => callback(state)));
            _watches.Where(watch => watch.Due == dueTime).ToList().ForEach(watch => watch.Signal.TrySetResult());
        }

        return timer;
    }
}
