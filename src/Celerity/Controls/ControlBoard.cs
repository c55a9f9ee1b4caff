namespace Celerity.Controls;

/// <summary>What is set while the app runs, as this process knows it: read again every few seconds while tasks come, one request for all of it.</summary>
internal sealed class ControlBoard(ControlStore store, TimeProvider time)
{
    /// <summary>How old what is known may be.</summary>
    public static readonly TimeSpan MaxAge = TimeSpan.FromSeconds(3);

    private readonly Lock _gate = new();
    private ControlSnapshot? _known;
    private Task<ControlSnapshot>? _reading;

    /// <summary>Gets what is set. Who comes while it is read waits for that reading.</summary>
    public ValueTask<ControlSnapshot> GetAsync(CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            if (_known is { } known && time.GetUtcNow() - known.ReadAt < MaxAge)
            {
                return ValueTask.FromResult(known);
            }

            _reading = _reading is { IsCompleted: false } ? _reading : ReadAsync();
            return new ValueTask<ControlSnapshot>(_reading.WaitAsync(cancellationToken));
        }
    }

    /// <summary>Reads anew, for who has just changed something and wants to see it: a reading that is on its way may have begun before.</summary>
    public ValueTask<ControlSnapshot> RefreshAsync(CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            _reading = ReadAsync();
            return new ValueTask<ControlSnapshot>(_reading.WaitAsync(cancellationToken));
        }
    }

    private async Task<ControlSnapshot> ReadAsync()
    {
        var snapshot = new ControlSnapshot(time.GetUtcNow(), await store.ListAsync(CancellationToken.None).ConfigureAwait(false));
        lock (_gate)
        {
            // Of two readings the newer counts; and where the clock was set back, the later one.
            _known = snapshot;
        }

        return snapshot;
    }
}
