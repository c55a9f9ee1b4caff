namespace Celerity.LocalRuntime.Hosting;

/// <summary>
/// Counts what is going on: loops that are awake, signals that nobody has taken, work that runs. At zero only
/// time or a new call can bring work, which is when a test may move its clock.
/// </summary>
internal sealed class WorkGauge
{
    private readonly Lock _gate = new();
    private int _busy;
    private long _entries;
    private TaskCompletionSource? _idle;

    /// <summary>Gets how much goes on.</summary>
    public int Busy
    {
        get
        {
            lock (_gate)
            {
                return _busy;
            }
        }
    }

    /// <summary>Gets or sets what is called when something has ended; outside of any lock.</summary>
    public Action? Ended { get; set; }

    /// <summary>Gets how often anything began: unchanged, nothing did meanwhile.</summary>
    public long Entries
    {
        get
        {
            lock (_gate)
            {
                return _entries;
            }
        }
    }

    public void Enter()
    {
        lock (_gate)
        {
            _busy++;
            _entries++;
        }
    }

    public void Exit()
    {
        TaskCompletionSource? idle = null;
        lock (_gate)
        {
            if (--_busy == 0)
            {
                (idle, _idle) = (_idle, null);
            }
        }

        idle?.TrySetResult();
        Ended?.Invoke();
    }

    /// <summary>Returns when nothing goes on; by the time the caller resumes, something may again.</summary>
    public Task WhenIdleAsync()
    {
        lock (_gate)
        {
            return _busy == 0
                ? Task.CompletedTask
                : (_idle ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).Task;
        }
    }
}
