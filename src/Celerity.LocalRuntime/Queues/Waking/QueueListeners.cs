namespace Celerity.LocalRuntime.Queues.Waking;

/// <summary>All who listen to one queue: the loops of this process and the sockets of others.</summary>
internal sealed class QueueListeners(WakePeers? peers) : IDisposable
{
    private readonly Lock _gate = new();
    private readonly List<WakeSignal> _signals = [];
    private uint _turn;

    public void Add(WakeSignal signal)
    {
        lock (_gate)
        {
            _signals.Add(signal);
        }
    }

    public void Remove(WakeSignal signal)
    {
        lock (_gate)
        {
            _signals.Remove(signal);
        }
    }

    public void WakeAll()
    {
        lock (_gate)
        {
            _signals.ForEach(signal => signal.Wake());
        }
    }

    /// <summary>Goes on from whose turn it is until somebody takes the wake.</summary>
    public void WakeOne(byte hops)
    {
        lock (_gate)
        {
            var count = _signals.Count + (peers?.Count() ?? 0);
            for (var tried = 0; tried < count; tried++)
            {
                var index = (int)(_turn++ % (uint)count);
                if (index < _signals.Count ? _signals[index].Wake() : peers!.TryWake(index - _signals.Count, hops))
                {
                    return;
                }
            }
        }
    }

    public void Dispose() => peers?.Dispose();
}
