namespace Celerity.Benchmarks;

/// <summary>The clock of one round.</summary>
internal sealed class RunMeter(int tasks)
{
    private readonly TaskCompletionSource _started = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource<TimeSpan> _done = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private long _start;
    private int _left = tasks;

    public static RunMeter Current { get; set; } = new(0);

    /// <summary>Gets the first task's start.</summary>
    public Task Started => _started.Task;

    /// <summary>Gets the time from the first start to the last end.</summary>
    public Task<TimeSpan> Done => _done.Task;

    public void Start()
    {
        if (Volatile.Read(ref _start) == 0 && Interlocked.CompareExchange(ref _start, TimeProvider.System.GetTimestamp(), 0) == 0)
        {
            _started.TrySetResult();
        }
    }

    public void End()
    {
        if (Interlocked.Decrement(ref _left) == 0)
        {
            _done.TrySetResult(TimeProvider.System.GetElapsedTime(_start));
        }
    }
}
