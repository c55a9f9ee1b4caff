namespace Celerity.Compositions;

/// <summary>What an orchestration waits for: one of these.</summary>
/// <param name="Key">Which of the run's it is.</param>
internal sealed record AwaitRequest(AwaitKey Key)
{
    public AwaitedTasks? Tasks { get; init; }

    public AwaitedRun? Run { get; init; }

    public AwaitedApproval? Approval { get; init; }

    /// <summary>Gets whether it goes on where the run is cancelled: what undoes must.</summary>
    public bool Insists { get; init; }

    /// <summary>Gets when it was begun; <see langword="null"/> before the first step.</summary>
    public DateTimeOffset? BegunAt { get; init; }
}

/// <summary>What one step came to.</summary>
/// <param name="Next">The step to make next; <see langword="null"/> at the end.</param>
/// <param name="Wait">How long to wait before it for an event, at most.</param>
/// <param name="Outcome">How it ended, once it has.</param>
internal sealed record AwaitStep(AwaitRequest? Next, TimeSpan Wait, AwaitOutcome? Outcome)
{
    private static readonly TimeSpan LeastWait = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan LongestWait = TimeSpan.FromHours(1);

    public static AwaitStep Ended(AwaitOutcome outcome) => new(null, TimeSpan.Zero, outcome);

    public static AwaitStep GoOn(AwaitRequest next) => new(next, TimeSpan.Zero, null);

    /// <summary>Waits until the run is resumed, and looks once a minute: who resumes it by C# raises no event.</summary>
    public static AwaitStep Held(AwaitRequest next) => new(next, LeastWait, null);

    /// <summary>Waits for an event, and looks again after a minute, later after half of what it has waited so far, once an hour at least.</summary>
    public static AwaitStep WaitOn(AwaitRequest next, DateTimeOffset now)
    {
        var wait = (now - (next.BegunAt ?? now)) / 2;
        return new(next, wait < LeastWait ? LeastWait : wait < LongestWait ? wait : LongestWait, null);
    }
}
