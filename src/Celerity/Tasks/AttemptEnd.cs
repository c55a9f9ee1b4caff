using Celerity.Retry;
using Celerity.Tasks.Logs;

namespace Celerity.Tasks;

/// <summary>How one run of a handler ended.</summary>
internal abstract record AttemptEnd
{
    /// <summary>Gets how long it ran; <see langword="null"/> where it did not.</summary>
    public TimeSpan? Duration { get; init; }

    /// <summary>Gets what was logged meanwhile; <see langword="null"/> where nothing is kept.</summary>
    public TaskLog? Log { get; init; }

    /// <summary>The handler returned.</summary>
    /// <param name="Outcome">What it wants.</param>
    /// <param name="Result">Its result as JSON, or <see langword="null"/>.</param>
    public sealed record Returned(TaskOutcome Outcome, string? Result) : AttemptEnd;

    /// <summary>The handler threw, or the payload did not fit.</summary>
    /// <param name="Exception">What it threw.</param>
    /// <param name="Failure">What that means for this task.</param>
    public sealed record Threw(Exception Exception, Failure Failure) : AttemptEnd;

    /// <summary>The time limit passed.</summary>
    public sealed record TimedOut(TimeSpan Limit) : AttemptEnd;

    /// <summary>The task was revoked.</summary>
    /// <param name="Reason">By which rule.</param>
    public sealed record Revoked(string Reason) : AttemptEnd;

    /// <summary>The app is stopping.</summary>
    public sealed record Stopped : AttemptEnd;
}
