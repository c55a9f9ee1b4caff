namespace Celerity;

/// <summary>A part of this process for each name, made when it is first asked for. Where there are very many, those that were not asked for in a minute go.</summary>
/// <typeparam name="T">The part.</typeparam>
/// <param name="make">Makes one; quick, and without asking for another.</param>
/// <param name="isInUse">Whether a part is in use longer than a minute after it was asked for.</param>
/// <param name="time">The clock.</param>
internal sealed class PartsByName<T>(Func<string, T> make, Func<T, bool> isInUse, TimeProvider time)
{
    private const int Many = 10_000;

    private static readonly TimeSpan Idle = TimeSpan.FromMinutes(1);

    private readonly Lock _gate = new();
    private readonly Dictionary<string, (T Part, long AskedAt)> _parts = new(StringComparer.Ordinal);
    private long _sweptAt;

    /// <summary>Gets what has been made.</summary>
    public IReadOnlyList<(string Name, T Part)> All
    {
        get
        {
            lock (_gate)
            {
                return [.. _parts.Select(known => (known.Key, known.Value.Part))];
            }
        }
    }

    public T Get(string name)
    {
        lock (_gate)
        {
            var now = time.GetTimestamp();
            if (_parts.Count >= Many && time.GetElapsedTime(_sweptAt, now) > Idle)
            {
                Sweep(now);
            }

            var part = _parts.TryGetValue(name, out var known) ? known.Part : make(name);
            _parts[name] = (part, now);
            return part;
        }
    }

    // Seldom: with so many in use each sweep looks at all of them.
    private void Sweep(long now)
    {
        _sweptAt = now;
        foreach (var (name, (part, askedAt)) in _parts)
        {
            if (time.GetElapsedTime(askedAt, now) > Idle && !isInUse(part))
            {
                _parts.Remove(name);
            }
        }
    }
}
