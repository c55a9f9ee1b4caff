namespace Celerity.Retry;

/// <summary>How often and how soon a failed task is tried again.</summary>
/// <param name="MaxAttempts">1 and up.</param>
/// <param name="BaseDelay">The first wait's upper bound; it doubles with each attempt.</param>
/// <param name="MaxDelay">The upper bound of any wait that nobody asked for.</param>
/// <param name="MaxElapsed">How long after its first failure a task is still tried again; <see langword="null"/> for ever.</param>
internal sealed record RetryPolicy(int MaxAttempts, TimeSpan BaseDelay, TimeSpan MaxDelay, TimeSpan? MaxElapsed = null)
{
    /// <summary>Gets what decides the wait after a failed attempt in place of the backoff, or <see langword="null"/>; <see langword="null"/> from it gives up.</summary>
    public Func<int, TimeSpan?>? Delay { get; init; }
}
