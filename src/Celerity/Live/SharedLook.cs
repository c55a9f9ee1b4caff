namespace Celerity.Live;

/// <summary>What many ask for at about the same time: read once, and told to all of them until it is too old.</summary>
/// <param name="read">Reads it.</param>
/// <param name="maxAge">How old what is told may be.</param>
/// <param name="time">The clock.</param>
internal sealed class SharedLook<T>(Func<Task<T>> read, TimeSpan maxAge, TimeProvider time)
{
    private readonly Lock _gate = new();
    private Task<T>? _reading;
    private long _begunAt;

    /// <summary>Gets it. Who comes while it is read waits for that reading; a reading that failed is told to those who waited, and not kept.</summary>
    public Task<T> GetAsync(CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            if (_reading is null || (_reading.IsCompleted && (!_reading.IsCompletedSuccessfully || time.GetElapsedTime(_begunAt) >= maxAge)))
            {
                _begunAt = time.GetTimestamp();
                _reading = read();
            }

            return _reading.WaitAsync(cancellationToken);
        }
    }
}
