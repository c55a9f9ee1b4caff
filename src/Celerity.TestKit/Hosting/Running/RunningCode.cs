namespace Celerity.TestKit.Hosting.Running;

/// <summary>A piece of work that goes on, such as an invocation. It knows whether it waits on the clock, so that the clock may move meanwhile.</summary>
internal sealed class RunningCode(string what, int holds, bool countsTimers)
{
    private static readonly AsyncLocal<RunningCode?> Ambient = new();

    private int _waits;

    /// <summary>Gets the code whose timers are its own waits; <see langword="null"/> where timers belong to the runtime.</summary>
    public static RunningCode? Current => Ambient.Value is { CountsTimers: true } code ? code : null;

    /// <summary>Gets what runs in this flow of execution, whether its timers count or not.</summary>
    public static RunningCode? Innermost => Ambient.Value;

    public bool CountsTimers => countsTimers;

    /// <summary>Gets how much of the gauge it accounts for.</summary>
    public int Holds => holds;

    public bool WaitsOnClock => Volatile.Read(ref _waits) > 0;

    /// <summary>Lets timers that are made from here on count as waits of this code.</summary>
    public void Enter() => Ambient.Value = this;

    public static void Leave(RunningCode? outer) => Ambient.Value = outer;

    public void CountWait(int change) => Interlocked.Add(ref _waits, change);

    public override string ToString() => WaitsOnClock ? $"{what} (waits on the clock)" : what;
}
