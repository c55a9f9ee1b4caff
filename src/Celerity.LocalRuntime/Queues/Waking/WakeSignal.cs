namespace Celerity.LocalRuntime.Queues.Waking;

/// <summary>Cuts short the wait of one polling loop.</summary>
/// <param name="isOn">Whether sends of this machine wake the loop, so that it may poll less.</param>
internal sealed class WakeSignal(bool isOn)
{
    private volatile TaskCompletionSource _signal = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile bool _isBusy;

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
        _signal.TrySetResult();
        return !IsBusy;
    }

    /// <summary>Forgets the wakes so far: the receive that follows sees what they announced.</summary>
    public void Reset()
    {
        if (IsSet)
        {
            _signal = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        }
    }

    /// <summary>Waits for a wake, the delay or the stop, whichever is first.</summary>
    public async Task WaitAsync(TimeSpan delay, TimeProvider time, CancellationToken stopping) =>
        await _signal.Task.WaitAsync(delay, time, stopping).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
}
