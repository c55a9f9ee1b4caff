namespace Celerity.Retry;

/// <summary>A failure as the retry rules see it.</summary>
/// <param name="Category">What kind it is.</param>
/// <param name="RetryAfter">The least wait that the other side or the handler asked for.</param>
internal readonly record struct Failure(ErrorCategory Category, TimeSpan? RetryAfter = null);
