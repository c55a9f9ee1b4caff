namespace Celerity;

/// <summary>A line that was logged while a task's handler ran.</summary>
/// <param name="Attempt">The attempt that logged it, 1 on the first.</param>
/// <param name="At">When.</param>
/// <param name="Level">The name of its level, such as <c>Information</c>.</param>
/// <param name="Text">What it says, at most 1,000 characters.</param>
public sealed record TaskLogLine(int Attempt, DateTimeOffset At, string Level, string Text)
{
    /// <summary>Gets the beginning of the exception that was logged with it, at most 2,000 characters; <see langword="null"/> where there was none.</summary>
    public string? Exception { get; init; }
}
