namespace Celerity;

/// <summary>How a failed chunk is retried: full-jitter exponential backoff.</summary>
/// <param name="MaxAttempts">1 to 100.</param>
/// <param name="Backoff">The first wait's upper bound; it doubles with each attempt.</param>
/// <param name="MaxBackoff">The upper bound of any wait, at most 6 days.</param>
public sealed record ChunkRetry(int MaxAttempts, TimeSpan Backoff, TimeSpan MaxBackoff)
{
    /// <summary>Gets the default: 4 attempts, waits of up to 1, 2 and 4 seconds.</summary>
    public static ChunkRetry Default { get; } = new(4, TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(5));
}
