namespace Celerity.Retry;

/// <summary>Whether to try again, and when.</summary>
internal static class RetryDecision
{
    /// <summary>The longest wait that a message can take; a queue keeps one hidden for at most 7 days.</summary>
    public static readonly TimeSpan MaxDelay = TimeSpan.FromDays(6);

    /// <summary>Decides about a failed attempt.</summary>
    /// <param name="policy">The policy.</param>
    /// <param name="attempt">The attempt that failed, 1 on the first.</param>
    /// <param name="failure">How it failed.</param>
    /// <param name="random">0 to 1: where in the full-jitter range the wait lies.</param>
    /// <returns>The wait, or <see langword="null"/> for no further attempt.</returns>
    public static TimeSpan? For(RetryPolicy policy, int attempt, Failure failure, double random)
    {
        if (attempt >= policy.MaxAttempts || failure.Category is ErrorCategory.Permanent or ErrorCategory.Undecodable)
        {
            return null;
        }

        var bound = Math.Min(policy.MaxBackoff.TotalSeconds, policy.Backoff.TotalSeconds * Math.Pow(2, attempt - 1));
        var wait = TimeSpan.FromSeconds(bound * random);
        var asked = failure.RetryAfter ?? TimeSpan.Zero;
        return asked > wait ? Min(asked, MaxDelay) : Min(wait, MaxDelay);
    }

    private static TimeSpan Min(TimeSpan left, TimeSpan right) => left < right ? left : right;
}

/// <summary>How an attempt failed.</summary>
/// <param name="Category">What kind of failure it is.</param>
/// <param name="RetryAfter">What the other side asked to wait, or <see langword="null"/>.</param>
internal readonly record struct Failure(ErrorCategory Category, TimeSpan? RetryAfter = null);
