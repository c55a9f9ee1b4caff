namespace Celerity.Workers;

/// <summary>Whether this process takes tasks that come. Once closed it hands them over, slowly: the others are to get them.</summary>
internal sealed class Intake(TimeProvider time)
{
    /// <summary>How long a closed intake keeps a delivery before it hands it over: so it goes through what is on the queue no faster than that.</summary>
    public static readonly TimeSpan Hold = TimeSpan.FromSeconds(5);

    /// <summary>How long what was handed over waits.</summary>
    public static readonly TimeSpan HandoverDelay = TimeSpan.FromSeconds(5);

    private readonly Lock _gate = new();
    private readonly TaskCompletionSource _idle = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _taken;
    private bool _isClosed;

    public bool IsClosed => Volatile.Read(ref _isClosed);

    /// <summary>Gets what completes when the intake is closed and every delivery that it took before has been settled.</summary>
    public Task WhenIdle => _idle.Task;

    public void Close()
    {
        lock (_gate)
        {
            _isClosed = true;
            CompleteIfIdle();
        }
    }

    /// <summary>Lets a delivery in; where the intake is closed, late, and only to be handed over.</summary>
    /// <returns>To be disposed when the delivery is settled.</returns>
    public async ValueTask<IDisposable> EnterAsync(CancellationToken stopping)
    {
        lock (_gate)
        {
            if (!_isClosed)
            {
                _taken++;
                return new Taken(this);
            }
        }

        await Task.Delay(Hold, time, stopping).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        return NotTaken.Instance;
    }

    private void Leave()
    {
        lock (_gate)
        {
            _taken--;
            CompleteIfIdle();
        }
    }

    private void CompleteIfIdle()
    {
        if (_isClosed && _taken == 0)
        {
            _idle.TrySetResult();
        }
    }

    private sealed class Taken(Intake intake) : IDisposable
    {
        private Intake? _intake = intake;

        public void Dispose() => Interlocked.Exchange(ref _intake, null)?.Leave();
    }

    private sealed class NotTaken : IDisposable
    {
        public static NotTaken Instance { get; } = new();

        public void Dispose()
        {
        }
    }
}
