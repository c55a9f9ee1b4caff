namespace Celerity;

/// <summary>One failed attempt of a task.</summary>
/// <param name="Attempt">The attempt, 1 on the first.</param>
/// <param name="Category">What kind of failure it was.</param>
/// <param name="Type">The exception's type; empty where there was none.</param>
/// <param name="Message">Its message and those of its inner exceptions, at most 1,000 characters.</param>
/// <param name="At">When it failed.</param>
/// <param name="Host">On which machine.</param>
public sealed record TaskFailure(int Attempt, ErrorCategory Category, string Type, string Message, DateTimeOffset At, string Host)
{
    /// <summary>Gets the beginning of the stack trace, at most 3,000 characters, that of inner exceptions first; of the latest failure alone.</summary>
    public string? Stack { get; init; }

    /// <summary>Gets how long the attempt ran; <see langword="null"/> where its handler did not run.</summary>
    public TimeSpan? Duration { get; init; }
}
