namespace Celerity.LocalRuntime.Queues.Concurrency;

/// <summary>
/// Finds how many messages of one function may be in flight, by the host's rules: one at first, more while the limit is reached and the
/// process has room, fewer when it has not, in steps that grow as long as the direction holds.
/// </summary>
/// <remarks>Not safe for concurrent use, except <see cref="NoteEnd"/>, <see cref="NoteInFlight"/> and <see cref="Limit"/>.</remarks>
internal sealed class FunctionConcurrency(int maximum, int start, TimeProvider time)
{
    private const int HealthySamplesToGrow = 5;
    private const int ThrottledSamplesToShrink = 3;
    private const int LongestRun = 5;

    private static readonly TimeSpan LongestAdjustInterval = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan ShortestAdjustInterval = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan LongestQuietAfterShrink = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan ShortestQuietAfterShrink = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan RunPause = TimeSpan.FromSeconds(10);

    private readonly Lock _gate = new();
    private volatile int _limit = Math.Clamp(start, 1, maximum);
    private int _mostInFlight;
    private int _ended;
    private TimeSpan _took;
    private TimeSpan _latency;
    private long _lastAdjusted = time.GetTimestamp();
    private long? _lastShrunk;
    private int _direction;
    private int _run;

    /// <summary>Gets how many messages may be in flight now; at least 1.</summary>
    public int Limit => _limit;

    /// <summary>Notes how many messages are in flight.</summary>
    public void NoteInFlight(int count)
    {
        lock (_gate)
        {
            _mostInFlight = Math.Max(_mostInFlight, count);
        }
    }

    /// <summary>Notes that a message has been dealt with, and how long that took.</summary>
    public void NoteEnd(TimeSpan duration)
    {
        lock (_gate)
        {
            _ended++;
            _took += duration;
        }
    }

    /// <summary>Changes the limit where it is time to; called after each sample of the throttle.</summary>
    /// <returns>Whether it was changed.</returns>
    public bool Adjust(ThrottleState throttle)
    {
        lock (_gate)
        {
            _latency = _ended > 0 ? _took / _ended : _latency;
            if (time.GetElapsedTime(_lastAdjusted) < Min(LongestAdjustInterval, ShortestAdjustInterval + _latency))
            {
                return false;
            }

            var direction = throttle switch
            {
                { IsOn: true, Samples: >= ThrottledSamplesToShrink } when _limit > 1 => -1,
                { IsOn: false, Samples: >= HealthySamplesToGrow } when _mostInFlight >= _limit && _limit < maximum && !HasJustShrunk() => 1,
                _ => 0,
            };
            if (direction != 0)
            {
                Step(direction);
            }

            return direction != 0;
        }
    }

    private void Step(int direction)
    {
        _run = direction == _direction && time.GetElapsedTime(_lastAdjusted) < RunPause ? Math.Min(_run + 1, LongestRun) : 0;
        _direction = direction;
        _limit = (int)Math.Clamp((long)_limit + (direction * (1 + _run)), 1, maximum);
        _lastAdjusted = time.GetTimestamp();
        _lastShrunk = direction < 0 ? _lastAdjusted : _lastShrunk;
        _mostInFlight = 0;
        _ended = 0;
        _took = TimeSpan.Zero;
    }

    private bool HasJustShrunk() =>
        _lastShrunk is { } shrunk && time.GetElapsedTime(shrunk) < Min(LongestQuietAfterShrink, ShortestQuietAfterShrink + (10 * _latency));

    private static TimeSpan Min(TimeSpan left, TimeSpan right) => left < right ? left : right;
}
