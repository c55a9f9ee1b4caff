namespace Celerity.RateLimits;

/// <summary>An instance's part of a rate for a few seconds.</summary>
/// <param name="Holder">The instance.</param>
/// <param name="PerSecond">Its part; 0 where there was none left for it.</param>
/// <param name="Until">When it ends.</param>
/// <param name="Want">What the instance could use, so that the others leave it some.</param>
internal sealed record RateShare(string Holder, double PerSecond, DateTimeOffset Until, double Want);

/// <summary>
/// A limit's tokens at one instant, as all instances see them: a token bucket whose inflow is the rate less what instances hold as shares.
/// Below zero the level is a line of reserved instants (the generic cell rate algorithm). Pure: the limiter stores it.
/// </summary>
/// <param name="Level">The tokens; negative for instants that are reserved ahead.</param>
/// <param name="At">When it had that level.</param>
/// <param name="Shares">What instances hold.</param>
internal sealed record RateBucket(double Level, DateTimeOffset At, IReadOnlyList<RateShare> Shares)
{
    /// <summary>A bucket that nobody has used.</summary>
    public static RateBucket Full(RateTerms terms, DateTimeOffset now) => new(terms.Capacity, now, []);

    /// <summary>The bucket at a later instant. A clock that is behind changes nothing: time never goes back.</summary>
    public RateBucket AdvanceTo(DateTimeOffset now, RateTerms terms)
    {
        var then = now > At ? now : At;
        return new RateBucket(Math.Min(terms.Capacity, Level + InflowUntil(then, terms)), then, [.. Shares.Where(share => share.Until > then)]);
    }

    /// <summary>When it is full again if nobody asks for more.</summary>
    public DateTimeOffset FullAt(RateTerms terms) => WhenInflowIs(terms.Capacity - Level, terms);

    /// <summary>Gets whether instants are reserved ahead: who comes now stands behind them.</summary>
    public bool HasLine => Level < 0;

    /// <summary>Takes a share back, and of the bucket what the instance has promised to tasks.</summary>
    public RateBucket Without(string holder, double promised) =>
        new(Level - promised, At, [.. Shares.Where(share => share.Holder != holder)]);

    /// <summary>Reserves an instant for each of several tasks, in their order.</summary>
    public (RateBucket Bucket, IReadOnlyList<DateTimeOffset> Instants) Reserve(int tasks, RateTerms terms)
    {
        var (level, instants) = (Level, new List<DateTimeOffset>(tasks));
        for (var task = 0; task < tasks; task++)
        {
            instants.Add(WhenInflowIs(Math.Min(terms.Cost, terms.Capacity) - level, terms));
            level -= terms.Cost;
        }

        return (this with { Level = level }, instants);
    }

    /// <summary>Gives an instance its share: what it wants where all wants fit, else its part of them, and never more than is left.</summary>
    /// <param name="holder">The instance.</param>
    /// <param name="want">What it could use, per second.</param>
    /// <param name="now">How many tokens it needs at once; it gets as many as lie in a share where there are so many.</param>
    /// <param name="terms">The limit.</param>
    /// <returns>The bucket, the share per second (0 where there is none), and how many tokens were taken at once.</returns>
    public (RateBucket Bucket, double PerSecond, double Tokens) Share(string holder, double want, double now, RateTerms terms)
    {
        var others = Shares.Where(share => share.Holder != holder).ToList();
        var wanted = want + others.Sum(share => share.Want);
        var part = wanted <= terms.Limit.PerSecond ? want : terms.Limit.PerSecond * want / wanted;
        var left = terms.Limit.PerSecond - others.Sum(share => share.PerSecond);
        var perSecond = Math.Min(Math.Max(part, terms.LeastShare), left) is var given && given >= terms.LeastShare ? given : 0;
        var most = Math.Max(now, terms.ShareTokens * perSecond / terms.Limit.PerSecond);
        var tokens = perSecond > 0 ? Math.Floor(Math.Clamp(Level, 0, most)) : 0;
        others.Add(new RateShare(holder, perSecond, At + RateTerms.ShareTime, want));
        return (new RateBucket(Level - tokens, At, others), perSecond, tokens);
    }

    private double InflowUntil(DateTimeOffset then, RateTerms terms) =>
        ((then - At).TotalSeconds * terms.Limit.PerSecond)
        - Shares.Sum(share => share.PerSecond * Math.Max(0, ((share.Until < then ? share.Until : then) - At).TotalSeconds));

    // The inflow grows whenever a share ends: walk from end to end.
    private DateTimeOffset WhenInflowIs(double tokens, RateTerms terms)
    {
        if (tokens <= 0)
        {
            return At;
        }

        var (from, missing) = (At, tokens);
        foreach (var until in Shares.Select(share => share.Until).Where(until => until > At).Order().Append(DateTimeOffset.MaxValue))
        {
            var perSecond = Math.Max(0, terms.Limit.PerSecond - Shares.Where(share => share.Until > from).Sum(share => share.PerSecond));
            var seconds = (until - from).TotalSeconds;
            if (perSecond * seconds >= missing)
            {
                return Later(from, missing / perSecond);
            }

            (from, missing) = (until, missing - (perSecond * seconds));
        }

        return DateTimeOffset.MaxValue;
    }

    private static DateTimeOffset Later(DateTimeOffset from, double seconds) =>
        seconds < (DateTimeOffset.MaxValue - from).TotalSeconds ? from + TimeSpan.FromSeconds(seconds) : DateTimeOffset.MaxValue;
}
