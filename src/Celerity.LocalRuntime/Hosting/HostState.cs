namespace Celerity.LocalRuntime.Hosting;

/// <summary>Where the host is in its life.</summary>
internal sealed class HostState(TimeProvider time)
{
    private readonly long _started = time.GetTimestamp();

    public HostPhase Current { get; set; } = HostPhase.Initialized;

    public long UptimeMs => (long)time.GetElapsedTime(_started).TotalMilliseconds;
}

internal enum HostPhase
{
    Initialized,
    Running,
    Stopping,
    Stopped,
}
