namespace Celerity;

/// <summary>The other side asked to slow down. The task is tried again after at least <see cref="RetryAfter"/>.</summary>
/// <param name="message">Who asked, and how.</param>
/// <param name="retryAfter">What it said, such as a <c>Retry-After</c> header; <see langword="null"/> for the policy's backoff.</param>
/// <param name="innerException">What was thrown, or <see langword="null"/>.</param>
public sealed class ThrottledException(string message, TimeSpan? retryAfter = null, Exception? innerException = null)
    : Exception(message, innerException)
{
    /// <summary>Gets the least wait; <see langword="null"/> for the policy's backoff.</summary>
    public TimeSpan? RetryAfter { get; } = retryAfter;
}
