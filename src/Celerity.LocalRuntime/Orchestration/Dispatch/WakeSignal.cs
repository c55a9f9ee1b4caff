using Celerity.LocalRuntime.Hosting;

namespace Celerity.LocalRuntime.Orchestration.Dispatch;

/// <summary>Wakes the one loop that sleeps on it: at a signal, which is remembered while it is awake, or at a point in time.</summary>
internal sealed class WakeSignal : IDisposable
{
    // How far a sleep may be off when the clock moves while it is being set.
    private static readonly TimeSpan Precision = TimeSpan.FromMilliseconds(5);

    private readonly TimeProvider _time;
    private readonly WorkGauge _gauge;
    private readonly ITimer _timer;
    private readonly Lock _gate = new();
    private TaskCompletionSource? _sleeper;
    private bool _set;

    public WakeSignal(TimeProvider time, WorkGauge gauge)
    {
        _time = time;
        _gauge = gauge;
        _timer = time.CreateTimer(_ => Set(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    public void Set()
    {
        TaskCompletionSource? sleeper;
        lock (_gate)
        {
            if (_set)
            {
                return;
            }

            _gauge.Enter();
            (sleeper, _sleeper) = (_sleeper, null);
            _set = sleeper is null;
        }

        sleeper?.TrySetResult();
    }

    public Task SleepAsync(DateTimeOffset? until)
    {
        Task sleep;
        lock (_gate)
        {
            if (_set)
            {
                _set = false;
                _gauge.Exit();
                return Task.CompletedTask;
            }

            _sleeper = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            sleep = _sleeper.Task;
        }

        if (until is { } at)
        {
            Arm(at);
        }

        _gauge.Exit();
        return sleep;
    }

    public void Dispose() => _timer.Dispose();

    private void Arm(DateTimeOffset at)
    {
        DateTimeOffset read;
        do
        {
            read = _time.GetUtcNow();
            var delay = at - read;
            _timer.Change(delay > TimeSpan.Zero ? delay : TimeSpan.Zero, Timeout.InfiniteTimeSpan);
        }
        while (_time.GetUtcNow() - read > Precision);
    }
}
