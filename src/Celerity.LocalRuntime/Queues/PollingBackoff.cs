namespace Celerity.LocalRuntime.Queues;

/// <summary>The host's randomised exponential back-off between receives that find nothing.</summary>
internal sealed class PollingBackoff(TimeSpan max, Random random)
{
    internal static readonly TimeSpan Min = TimeSpan.FromMilliseconds(100);

    private TimeSpan _current;
    private int _exponent;

    /// <summary>Returns the next delay.</summary>
    /// <param name="found">Whether messages were found since the last delay.</param>
    public TimeSpan Next(bool found)
    {
        if (found)
        {
            _exponent = 1;
            return _current = Min;
        }

        if (_current == max)
        {
            return max;
        }

        var next = _exponent == 0 ? Min : Min + (Min * (0.8 + (0.4 * random.NextDouble())) * Math.Pow(2, _exponent - 1));
        if (next >= max)
        {
            return _current = max;
        }

        _exponent++;
        return _current = next;
    }
}
