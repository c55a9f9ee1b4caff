using Celerity.LocalRuntime.Hosting;

namespace Celerity.LocalRuntime.Queues.Waking;

/// <summary>Cuts short the wait of one polling loop.</summary>
/// <param name="isOn">Whether sends of this machine wake the loop, so that it may poll less.</param>
/// <param name="gauge">Counts the loop from the wake to its next wait; for tests that move the clock.</param>
internal sealed class WakeSignal(bool isOn, WorkGauge? gauge = null)
{
    private readonly Lock _gate = new();
    private volatile TaskCompletionSource _signal = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile bool _isBusy;
    private bool _isWaiting;

    public bool IsOn { get; } = isOn;

    /// <summary>Gets whether the next wait would end at once.</summary>
    public bool IsSet => _signal.Task.IsCompleted;

    /// <summary>Gets or sets whether the loop has its hands full: it would not receive now.</summary>
    public bool IsBusy
    {
        get => _isBusy;
        set => _isBusy = value;
    }

    /// <summary>Wakes the loop, or its next wait.</summary>
    /// <returns>Whether that will be soon: false when the loop is busy, so that another may be woken as well.</returns>
    public bool Wake()
    {
        lock (_gate)
        {
            if (!IsSet)
            {
                // On behalf of the loop: there is no moment in between.
                EndWait();
                _signal.SetResult();
            }
        }

        return !IsBusy;
    }

    /// <summary>Forgets the wakes so far: the receive that follows sees what they announced.</summary>
    public void Reset()
    {
        lock (_gate)
        {
            if (IsSet)
            {
                _signal = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            }
        }
    }

    /// <summary>Waits for a wake, the delay or the stop, whichever is first.</summary>
    public async Task WaitAsync(TimeSpan delay, TimeProvider time, CancellationToken stopping)
    {
        if (gauge is null)
        {
            await _signal.Task.WaitAsync(delay, time, stopping).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            return;
        }

        // Whatever ends the wait is a wake.
        using var timer = time.CreateTimer(static signal => ((WakeSignal)signal!).Wake(), this, delay, Timeout.InfiniteTimeSpan);
        using var stop = stopping.Register(static signal => ((WakeSignal)signal!).Wake(), this);
        await BeginWait().ConfigureAwait(false);
    }

    private Task BeginWait()
    {
        lock (_gate)
        {
            if (!IsSet)
            {
                _isWaiting = true;
                gauge!.Exit();
            }

            return _signal.Task;
        }
    }

    private void EndWait()
    {
        if (_isWaiting)
        {
            _isWaiting = false;
            gauge!.Enter();
        }
    }
}
