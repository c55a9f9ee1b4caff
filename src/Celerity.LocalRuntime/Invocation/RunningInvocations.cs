namespace Celerity.LocalRuntime.Invocation;

/// <summary>Counts what runs, so that a stop can wait for it and at last cancel it.</summary>
internal sealed class RunningInvocations : IDisposable
{
    private readonly Lock _gate = new();
    private readonly CancellationTokenSource _cancelAll = new();
    private TaskCompletionSource _idle = CompletedSource();
    private int _count;

    public int Count => Volatile.Read(ref _count);

    /// <summary>Gets a token that fires when the stop has waited long enough.</summary>
    public CancellationToken CancelRequested => _cancelAll.Token;

    public void Enter()
    {
        lock (_gate)
        {
            if (_count++ == 0)
            {
                _idle = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            }
        }
    }

    public void Leave()
    {
        lock (_gate)
        {
            if (--_count == 0)
            {
                _idle.SetResult();
            }
        }
    }

    /// <summary>Returns when nothing runs.</summary>
    public Task WhenIdleAsync()
    {
        lock (_gate)
        {
            return _idle.Task;
        }
    }

    public Task CancelAllAsync() => _cancelAll.CancelAsync();

    public void Dispose() => _cancelAll.Dispose();

    private static TaskCompletionSource CompletedSource()
    {
        var source = new TaskCompletionSource();
        source.SetResult();
        return source;
    }
}
