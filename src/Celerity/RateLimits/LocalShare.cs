namespace Celerity.RateLimits;

/// <summary>This instance's share of a limit: a small token bucket of its own, good until it ends. Not safe for concurrent use.</summary>
/// <remarks>It runs on elapsed time from before the share was asked for, so that clocks that differ never make it last longer than others believe.</remarks>
internal sealed class LocalShare(TimeProvider time)
{
    private double _perSecond;
    private double _most;
    private double _level;
    private long _levelAt;
    private long _from;
    private double _used;

    /// <summary>Gets whether the share still lasts.</summary>
    public bool IsAlive => _perSecond > 0 && time.GetElapsedTime(_from) < RateTerms.ShareTime;

    /// <summary>Gets the share, in tokens a second; 0 where it has ended.</summary>
    public double PerSecond => IsAlive ? _perSecond : 0;

    /// <summary>Gets whether it is time to ask for the next: this one ends soon.</summary>
    public bool EndsSoon => time.GetElapsedTime(_from) > RateTerms.ShareTime * 0.8;

    /// <summary>Gets whether it was asked for so lately that asking again would change nothing.</summary>
    public bool IsNew => _perSecond > 0 && time.GetElapsedTime(_from) < RateTerms.ShareTime * 0.1;

    /// <summary>Gets what this instance could use per second, by what it used and by what waits.</summary>
    /// <param name="waiting">How many tokens it lacks now.</param>
    /// <param name="limit">The limit: who comes first begins with a quarter of it.</param>
    public double Want(double waiting, RateLimit limit) => _perSecond <= 0
        ? Math.Max(waiting, limit.PerSecond / 4)
        : Math.Max(_used * 1.2 / Math.Max(0.5, time.GetElapsedTime(_from).TotalSeconds), waiting + Math.Max(0, -_level));

    /// <summary>Begins or renews the share.</summary>
    /// <param name="from">The timestamp from before it was asked for.</param>
    /// <param name="perSecond">The share.</param>
    /// <param name="tokens">Tokens that come with it.</param>
    /// <param name="terms">The limit.</param>
    public void Begin(long from, double perSecond, double tokens, RateTerms terms)
    {
        Advance();
        _level = (IsAlive ? _level : Math.Min(0, _level)) + tokens;
        (_perSecond, _from, _used) = (perSecond, from, 0);
        _most = terms.ShareTokens * perSecond / terms.Limit.PerSecond;
    }

    /// <summary>Gets how many tokens are promised to tasks and have not come yet.</summary>
    public double Promised
    {
        get
        {
            Advance();
            return IsAlive ? Math.Max(0, -_level) : 0;
        }
    }

    /// <summary>Ends the share: it was given back.</summary>
    public void End() => (_perSecond, _level) = (0, 0);

    /// <summary>Takes tokens where they come in time.</summary>
    /// <param name="cost">How many, of one task.</param>
    /// <param name="longest">How long to wait for them at most.</param>
    /// <returns>How long to wait; <see langword="null"/> where they do not come in time, and none were taken.</returns>
    public TimeSpan? TryTake(int cost, TimeSpan longest)
    {
        if (!IsAlive)
        {
            return null;
        }

        Advance();
        var wait = TimeSpan.FromSeconds(Math.Max(0, (cost - _level) / _perSecond));
        if (wait > longest || wait > RateTerms.ShareTime - time.GetElapsedTime(_from))
        {
            return null;
        }

        _level -= cost;
        _used += cost;
        return wait;
    }

    private void Advance()
    {
        var now = time.GetTimestamp();
        if (_perSecond > 0)
        {
            var ends = _from + (long)(RateTerms.ShareTime.TotalSeconds * time.TimestampFrequency);
            var seconds = (double)(Math.Min(now, ends) - _levelAt) / time.TimestampFrequency;
            _level = Math.Min(Math.Max(_most, _level), _level + (Math.Max(0, seconds) * _perSecond));
        }

        _levelAt = now;
    }
}
