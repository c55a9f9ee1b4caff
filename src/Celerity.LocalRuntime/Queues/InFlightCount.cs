using Celerity.LocalRuntime.Hosting;

namespace Celerity.LocalRuntime.Queues;

/// <summary>Counts the messages in flight; one waiter at a time may wait for the count to fall.</summary>
internal sealed class InFlightCount(WorkGauge? gauge = null)
{
    private readonly Lock _gate = new();
    private int _count;
    private int _limit;
    private TaskCompletionSource? _waiter;

    public int Value
    {
        get
        {
            lock (_gate)
            {
                return _count;
            }
        }
    }

    public void Add(int count)
    {
        lock (_gate)
        {
            _count += count;
        }
    }

    public void Remove()
    {
        lock (_gate)
        {
            _count--;
            if (_waiter is not null && _count <= _limit)
            {
                // On behalf of the waiter, which left the gauge to wait.
                gauge?.Enter();
                _waiter.SetResult();
                _waiter = null;
            }
        }
    }

    /// <summary>Completes when at most <paramref name="limit"/> messages are in flight.</summary>
    public Task WhenAtMost(int limit)
    {
        lock (_gate)
        {
            if (_count <= limit)
            {
                return Task.CompletedTask;
            }

            _limit = limit;
            _waiter ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            return _waiter.Task;
        }
    }
}
