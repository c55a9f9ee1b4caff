namespace Celerity.LocalRuntime.Queues.Waking;

/// <summary>All who listen to one queue: the loops of this process and the sockets of others.</summary>
internal sealed class QueueListeners : IDisposable
{
    /// <summary>How long sends gather after a wake, so that a stream of them fills batches: a wake for each would cost a receive for each.</summary>
    internal static readonly TimeSpan GatherTime = TimeSpan.FromMilliseconds(10);

    /// <summary>Messages that are hidden at first are announced together, this far apart.</summary>
    internal static readonly TimeSpan DelayStep = TimeSpan.FromMilliseconds(250);

    /// <summary>Who waits longer than this can wait for the next poll as well.</summary>
    internal static readonly TimeSpan LongestDelay = TimeSpan.FromMinutes(1);

    // The default batch: who is woken takes that many, and goes on by itself when there are more.
    private const int SendsPerWake = 16;

    private readonly Lock _gate = new();
    private readonly List<WakeSignal> _signals = [];
    private readonly WakePeers? _peers;
    private readonly TimeProvider _time;
    private readonly byte _maxHops;
    private readonly ITimer _timer;
    private readonly CancellationTokenSource _disposing = new();
    private readonly Dictionary<long, int> _hidden = [];
    private long? _lastWakeAt;
    private int _pending;
    private uint _turn;

    /// <param name="peers">The listeners in other processes, if there can be any.</param>
    /// <param name="maxHops">How often a wake may be passed on by listeners that are busy.</param>
    /// <param name="time">The clock.</param>
    public QueueListeners(WakePeers? peers, byte maxHops, TimeProvider time)
    {
        _peers = peers;
        _maxHops = maxHops;
        _time = time;
        _timer = time.CreateTimer(static listeners => ((QueueListeners)listeners!).Flush(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

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

    /// <summary>Wakes a listener for a message sent, once it can be received: at once, or together with those around it.</summary>
    public void NoteSent(TimeSpan delay)
    {
        lock (_gate)
        {
            if (delay > TimeSpan.Zero)
            {
                NoteHidden(delay);
                return;
            }

            _pending++;
            var since = _lastWakeAt is { } lastWakeAt ? _time.GetElapsedTime(lastWakeAt) : GatherTime;
            if (since >= GatherTime)
            {
                Flush();
            }
            else if (_pending == 1)
            {
                _timer.Change(GatherTime - since, Timeout.InfiniteTimeSpan);
            }
        }
    }

    /// <summary>Goes on from whose turn it is until somebody takes the wake.</summary>
    public void WakeOne(byte hops)
    {
        lock (_gate)
        {
            var count = _signals.Count + (_peers?.Count() ?? 0);
            for (var tried = 0; tried < count; tried++)
            {
                var index = (int)(_turn++ % (uint)count);
                if (index < _signals.Count ? _signals[index].Wake() : _peers!.TryWake(index - _signals.Count, hops))
                {
                    return;
                }
            }
        }
    }

    public void Dispose()
    {
        // A sender may end right after its last message.
        Flush();
        lock (_gate)
        {
            _hidden.Clear();
        }

        _disposing.Cancel();
        _disposing.Dispose();
        _timer.Dispose();
        _peers?.Dispose();
    }

    private void NoteHidden(TimeSpan delay)
    {
        if (delay > LongestDelay)
        {
            return;
        }

        var now = _time.GetUtcNow();
        var step = ((now + delay).UtcTicks / DelayStep.Ticks) + 1;
        _hidden[step] = _hidden.GetValueOrDefault(step) + 1;
        if (_hidden[step] == 1)
        {
            _ = AnnounceAsync(step, new DateTimeOffset(step * DelayStep.Ticks, TimeSpan.Zero) - now);
        }
    }

    private async Task AnnounceAsync(long step, TimeSpan delay)
    {
        await Task.Delay(delay, _time, _disposing.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        lock (_gate)
        {
            if (_hidden.Remove(step, out var count))
            {
                _pending += count;
                Flush();
            }
        }
    }

    private void Flush()
    {
        lock (_gate)
        {
            if (_pending == 0)
            {
                return;
            }

            for (; _pending > 0; _pending -= SendsPerWake)
            {
                WakeOne(_maxHops);
            }

            _pending = 0;
            _lastWakeAt = _time.GetTimestamp();
        }
    }
}
