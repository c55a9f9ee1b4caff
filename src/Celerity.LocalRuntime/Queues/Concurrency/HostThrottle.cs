namespace Celerity.LocalRuntime.Queues.Concurrency;

/// <summary>Samples this process once a second: processor time over all processors, and whether the thread pool starves.</summary>
internal sealed class HostThrottle(double cpuThreshold, TimeProvider time)
{
    public static readonly TimeSpan SampleInterval = TimeSpan.FromSeconds(1);

    private TimeSpan _lastCpu = Environment.CpuUsage.TotalTime;
    private long _lastSample = time.GetTimestamp();
    private volatile bool _hasProbeRun = true;

    public ThrottleState State { get; private set; }

    /// <summary>Takes a sample.</summary>
    public ThrottleState Sample()
    {
        var cpu = Environment.CpuUsage.TotalTime;
        var elapsed = time.GetElapsedTime(_lastSample);
        var load = elapsed > TimeSpan.Zero ? (cpu - _lastCpu) / elapsed / Environment.ProcessorCount : 0;
        (_lastCpu, _lastSample) = (cpu, time.GetTimestamp());

        // What was queued a whole sample ago and has not run yet says that no thread was free for it.
        var starves = !_hasProbeRun;
        if (!starves)
        {
            _hasProbeRun = false;
            ThreadPool.UnsafeQueueUserWorkItem(static throttle => throttle._hasProbeRun = true, this, preferLocal: false);
        }

        return State = State.Next(load >= cpuThreshold || starves);
    }
}
