namespace Celerity;

/// <summary>Whether a result may be stored.</summary>
public sealed record ResultVerdict
{
    private ResultVerdict()
    {
    }

    /// <summary>Gets the verdict that stores the result.</summary>
    public static ResultVerdict Accepted { get; } = new();

    internal string? Reason { get; private init; }

    internal ErrorCategory Category { get; private init; }

    internal TimeSpan? RetryAfter { get; private init; }

    /// <summary>The result is not stored; the attempt has failed.</summary>
    /// <param name="reason">Why; the task's history and its dead letter show it behind the code CEL0215.</param>
    /// <param name="category">
    /// <see cref="ErrorCategory.Permanent"/>, the default, for a dead letter at once; <see cref="ErrorCategory.Transient"/> or
    /// <see cref="ErrorCategory.Throttled"/> for another attempt, as long as there is one.
    /// </param>
    /// <param name="retryAfter">The least wait before it, 0 to 6 days; <see langword="null"/> for the policy's backoff.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="category"/> is none of the three.</exception>
    public static ResultVerdict Refused(string reason, ErrorCategory category = ErrorCategory.Permanent, TimeSpan? retryAfter = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(reason);
        return category is ErrorCategory.Permanent or ErrorCategory.Transient or ErrorCategory.Throttled
            ? new ResultVerdict { Reason = reason, Category = category, RetryAfter = retryAfter }
            : throw new ArgumentOutOfRangeException(nameof(category), category, "A refusal is Permanent, Transient or Throttled.");
    }
}
