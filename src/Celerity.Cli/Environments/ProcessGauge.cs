using System.ComponentModel;
using System.Diagnostics;

namespace Celerity.Cli.Environments;

/// <summary>What a process has used so far; read while it lives, because the system forgets it with the process.</summary>
internal sealed class ProcessGauge : IAsyncDisposable
{
    internal static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(250);

    private readonly Process _process;
    private readonly PeriodicTimer _timer;
    private readonly Task _reading;
    private readonly Lock _gate = new();
    private long _peakMemoryBytes;
    private TimeSpan _cpuTime;

    public ProcessGauge(int processId, TimeProvider time)
    {
        _process = Process.GetProcessById(processId);
        _timer = new PeriodicTimer(Interval, time);
        _reading = ReadOnAsync();
    }

    /// <summary>Gets the most memory that was resident at once; the system keeps this mark itself (VmHWM on Linux).</summary>
    public long PeakMemoryBytes
    {
        get
        {
            Read();
            return _peakMemoryBytes;
        }
    }

    /// <summary>Gets the processor time in user and kernel mode.</summary>
    public TimeSpan CpuTime
    {
        get
        {
            Read();
            return _cpuTime;
        }
    }

    /// <summary>Reads now; what a process used since the last reading is lost with it.</summary>
    /// <returns><see langword="false"/> when it has exited.</returns>
    public bool Read()
    {
        lock (_gate)
        {
            try
            {
                _process.Refresh();
                _peakMemoryBytes = Math.Max(_peakMemoryBytes, _process.PeakWorkingSet64);
                _cpuTime = _process.TotalProcessorTime;
                return true;
            }
            catch (Exception exception) when (exception is InvalidOperationException or Win32Exception)
            {
                // It has exited, or is gone altogether: the last reading stands.
                return false;
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        _timer.Dispose();
        await _reading;
        _process.Dispose();
    }

    private async Task ReadOnAsync()
    {
        while (Read() && await _timer.WaitForNextTickAsync())
        {
        }
    }
}
