namespace Celerity.TestKit.Hosting.Running;

/// <summary>A piece of work that goes on, such as an invocation. It knows whether it waits on the clock, so that the clock may move meanwhile.</summary>
/// <param name="what">The work in words.</param>
/// <param name="holds">How much of the gauge it accounts for.</param>
/// <param name="changed">Called when it begins or ends to wait on the clock.</param>
internal sealed class RunningCode(string what, int holds, Action changed)
{
    private static readonly AsyncLocal<RunningCode?> Around = new();
    private static readonly AsyncLocal<RunningCode?> Body = new();

    private int _waits;
    private int _limits;

    /// <summary>Gets the work that this flow of execution belongs to.</summary>
    public static RunningCode? Innermost => Around.Value;

    /// <summary>Gets the work whose own code this is, so that a timer made here is a wait of it; <see langword="null"/> in the runtime around it.</summary>
    public static RunningCode? OwnCode => Body.Value;

    public int Holds => holds;

    public bool WaitsOnClock => Volatile.Read(ref _waits) > 0;

    /// <summary>Gets whether it has set itself a time limit, or waits on the clock: then time may be all that it waits for.</summary>
    public bool MayWaitOnClock => WaitsOnClock || Volatile.Read(ref _limits) > 0;

    /// <summary>Makes this the innermost work, until the calling async method ends.</summary>
    public void Enter() => Around.Value = this;

    /// <summary>Says that the work's own code begins, until the calling async method ends.</summary>
    public void EnterOwnCode() => Body.Value = this;

    public void CountWait(int change)
    {
        Interlocked.Add(ref _waits, change);
        changed();
    }

    public void CountLimit(int change)
    {
        Interlocked.Add(ref _limits, change);
        changed();
    }

    public override string ToString() => WaitsOnClock ? $"{what} (waits on the clock)" : what;
}
