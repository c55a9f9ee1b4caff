using Celerity.LocalRuntime.Hosting;

namespace Celerity.TestKit.Hosting.Time;

/// <summary>Whose timers they are: those of a process go when it does.</summary>
/// <param name="gauge">Counts callbacks that are under way on another thread than the clock's.</param>
/// <param name="isCode">Whether timers that running code makes are its own waits.</param>
internal sealed class TimerOwner(WorkGauge? gauge = null, bool isCode = true)
{
    public bool IsGone { get; set; }

    public WorkGauge? Gauge => gauge;

    public bool IsCode => isCode;
}
