namespace Celerity.Retry;

/// <summary>One failed attempt, bounded so that a history of them fits a table row.</summary>
/// <param name="Attempt">The attempt, 1 on the first.</param>
/// <param name="Category">What kind of failure it was.</param>
/// <param name="Type">The exception's type; empty where there was none.</param>
/// <param name="Message">Its message and those of its inner exceptions, at most 1,000 characters.</param>
/// <param name="At">When it failed.</param>
/// <param name="Host">On which machine.</param>
internal sealed record FailureRecord(int Attempt, ErrorCategory Category, string Type, string Message, DateTimeOffset At, string Host)
{
    public const int MaxMessageChars = 1000;
    private const int MaxTypeChars = 200;
    private const int MaxStackChars = 3000;

    /// <summary>Gets the stack trace's beginning, at most 3,000 characters; with inner exceptions theirs come first.</summary>
    public string? Stack { get; init; }

    /// <summary>Gets how long the attempt ran; <see langword="null"/> where its handler did not run.</summary>
    public TimeSpan? Duration { get; init; }

    public static FailureRecord Of(Exception exception, ErrorCategory category, int attempt, DateTimeOffset at)
    {
        var message = exception.Message;
        for (var inner = exception.InnerException; inner is not null && message.Length < MaxMessageChars; inner = inner.InnerException)
        {
            message += $" <- {inner.GetType().FullName}: {inner.Message}";
        }

        return new FailureRecord(attempt, category, exception.GetType().FullName!.AtMost(MaxTypeChars), message.AtMost(MaxMessageChars), at, Environment.MachineName)
        {
            Stack = (exception.InnerException is null ? exception.StackTrace : exception.ToString())?.AtMost(MaxStackChars),
        };
    }

    public static FailureRecord Of(string reason, ErrorCategory category, int attempt, DateTimeOffset at) =>
        new(attempt, category, "", reason.AtMost(MaxMessageChars), at, Environment.MachineName);

    public static FailureRecord OfCrash(int attempt, int crashes, DateTimeOffset at) =>
        Of($"The process died, or lost its lease, while it ran this (crash {crashes}).", ErrorCategory.Crashed, attempt, at);

    public static FailureRecord From(TaskFailure failure) =>
        new(failure.Attempt, failure.Category, failure.Type, failure.Message, failure.At, failure.Host) { Stack = failure.Stack, Duration = failure.Duration };

    public TaskFailure ToPublic() => new(Attempt, Category, Type, Message, At, Host) { Stack = Stack, Duration = Duration };
}
