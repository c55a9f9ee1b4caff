namespace Celerity.Retry;

/// <summary>How often and how soon something that failed is tried again.</summary>
/// <param name="MaxAttempts">1 and up, the first one included.</param>
/// <param name="Backoff">The first wait's upper bound; it doubles with each attempt.</param>
/// <param name="MaxBackoff">The upper bound of any wait.</param>
internal sealed record RetryPolicy(int MaxAttempts, TimeSpan Backoff, TimeSpan MaxBackoff);
