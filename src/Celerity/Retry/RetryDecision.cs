namespace Celerity.Retry;

/// <summary>Whether a failed attempt is followed by another, and when.</summary>
/// <param name="Delay">The wait, or <see langword="null"/> where there is no other attempt.</param>
/// <param name="Reason">Why there is none.</param>
internal readonly record struct RetryDecision(TimeSpan? Delay, string? Reason)
{
    // A queue hides a message for 7 days at most; a day is left for what comes between the decision and the send.
    public static readonly TimeSpan LongestDelay = TimeSpan.FromDays(6);

    /// <summary>Decides by full jitter: anything from nothing to the doubled backoff, and at least what the failure asked for.</summary>
    /// <param name="policy">The task's policy.</param>
    /// <param name="attempt">The attempt that failed, 1 on the first.</param>
    /// <param name="failure">How it failed.</param>
    /// <param name="elapsed">The time since the first failure.</param>
    /// <param name="random">0 to below 1.</param>
    public static RetryDecision For(RetryPolicy policy, int attempt, Failure failure, TimeSpan elapsed, double random)
    {
        if (failure.Category is ErrorCategory.Permanent or ErrorCategory.Undecodable)
        {
            return new RetryDecision(null, "it will never work");
        }

        if (attempt >= policy.MaxAttempts)
        {
            return new RetryDecision(null, $"attempt {attempt} of {policy.MaxAttempts} failed");
        }

        if (policy.MaxElapsed is { } limit && elapsed >= limit)
        {
            return new RetryDecision(null, $"it has failed for {elapsed:c}; the limit is {limit:c}");
        }

        if ((policy.Delay is { } own ? own(attempt) : Backoff(policy, attempt, random)) is not { } delay)
        {
            return new RetryDecision(null, $"its own policy gives up after attempt {attempt}");
        }

        var asked = failure.RetryAfter ?? TimeSpan.Zero;
        var longer = delay > asked ? delay : asked;
        return new RetryDecision(longer < LongestDelay ? longer : LongestDelay, null);
    }

    /// <summary>The wait after <paramref name="attempt"/>, where nobody asked for a longer one.</summary>
    public static TimeSpan Backoff(RetryPolicy policy, int attempt, double random)
    {
        var bound = Math.Min(policy.MaxDelay.TotalSeconds, policy.BaseDelay.TotalSeconds * Math.Pow(2, attempt - 1));
        return TimeSpan.FromSeconds(Math.Clamp(bound, 0, LongestDelay.TotalSeconds) * random);
    }
}
