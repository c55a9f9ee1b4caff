using Microsoft.Extensions.Time.Testing;

namespace Celerity.Tests.Stages;

/// <summary>A clock that jumps over waits: who waits for a time has it at once, or, of several that run together, once all of them wait. What only limits another wait stays.</summary>
internal sealed class WaitingTime(DateTimeOffset start) : FakeTimeProvider(start)
{
    private readonly Lock _gate = new();
    private readonly List<DateTimeOffset> _waits = [];
    private TaskCompletionSource _next = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private bool _isShared;

    /// <summary>Runs several together.</summary>
    public async Task RunAsync(IEnumerable<Func<Task>> all)
    {
        _isShared = true;
        var running = all.Select(run => run()).ToList();
        while (running.RemoveAll(run => run.IsCompletedSuccessfully) >= 0 && running.Count > 0)
        {
            Task next;
            lock (_gate)
            {
                next = _waits.Count < running.Count ? _next.Task : Task.CompletedTask;
            }

            if (next.IsCompleted && Earliest(running.Count) is { } earliest)
            {
                SetUtcNow(earliest);
                continue;
            }

            await await Task.WhenAny([next, .. running]);
        }

        _isShared = false;
    }

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = base.CreateTimer(callback, state, dueTime, period);
        if (state is not Task || dueTime <= TimeSpan.Zero)
        {
            return timer;
        }

        if (_isShared)
        {
            TaskCompletionSource waits;
            lock (_gate)
            {
                _waits.Add(GetUtcNow() + dueTime);
                (waits, _next) = (_next, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
            }

            waits.SetResult();
        }
        else
        {
            Advance(dueTime);
        }

        return timer;
    }

    private DateTimeOffset? Earliest(int running)
    {
        lock (_gate)
        {
            if (_waits.Count < running)
            {
                return null;
            }

            var earliest = _waits.Min();
            _waits.RemoveAll(wait => wait <= earliest);
            return earliest;
        }
    }
}
