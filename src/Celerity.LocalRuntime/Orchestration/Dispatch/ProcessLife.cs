using System.ComponentModel;
using System.Diagnostics;
using Celerity.LocalRuntime.Orchestration.Store;

namespace Celerity.LocalRuntime.Orchestration.Dispatch;

/// <summary>Tells whether an owner's process still runs on this machine.</summary>
internal static class ProcessLife
{
    // Two processes compute the same start time a little differently from the boot time.
    private static readonly TimeSpan Tolerance = TimeSpan.FromSeconds(5);

    public static bool HasEnded(StoreOwner owner)
    {
        try
        {
            using var process = Process.GetProcessById(owner.ProcessId);
            return process.HasExited || (process.StartTime.ToUniversalTime() - owner.ProcessStartedAt.UtcDateTime).Duration() > Tolerance;
        }
        catch (Exception exception) when (exception is ArgumentException or InvalidOperationException)
        {
            return true;
        }
        catch (Win32Exception)
        {
            // It runs, and is somebody else's.
            return false;
        }
    }
}
