namespace Celerity.Tasks;

/// <summary>How one run of a handler ended.</summary>
internal abstract record AttemptEnd
{
    /// <summary>The handler returned.</summary>
    /// <param name="Outcome">What it wants.</param>
    /// <param name="Result">Its result as JSON, or <see langword="null"/>.</param>
    public sealed record Returned(TaskOutcome Outcome, string? Result) : AttemptEnd;

    /// <summary>The handler threw, or the payload did not fit.</summary>
    public sealed record Threw(Exception Exception) : AttemptEnd;

    /// <summary>The time limit passed.</summary>
    public sealed record TimedOut(TimeSpan Limit) : AttemptEnd;

    /// <summary>The app is stopping.</summary>
    public sealed record Stopped : AttemptEnd;
}
