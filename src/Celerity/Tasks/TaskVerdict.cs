using Celerity.Handover;
using Celerity.Holding;
using Celerity.RateLimits;
using Celerity.Retry;
using Celerity.Tasks.Logs;

namespace Celerity.Tasks;

/// <summary>What becomes of a task after a pass.</summary>
internal abstract record TaskVerdict
{
    /// <summary>Gets the failure that led to it, or <see langword="null"/>.</summary>
    public FailureRecord? Failure { get; init; }

    /// <summary>Gets how long the attempt ran that led to it; <see langword="null"/> where none ran.</summary>
    public TimeSpan? Duration { get; init; }

    /// <summary>Gets what the attempt logged that led to it; <see langword="null"/> where nothing is kept.</summary>
    public TaskLog? Log { get; init; }

    /// <summary>It ends.</summary>
    public sealed record End(TaskState State) : TaskVerdict
    {
        public ErrorCategory? Category { get; init; }

        public string? Reason { get; init; }

        public string? Result { get; init; }
    }

    /// <summary>It is handed over.</summary>
    /// <param name="State">Where it stands while it waits.</param>
    /// <param name="Delay">How long it waits.</param>
    /// <param name="Attempt">The attempt that comes next.</param>
    public sealed record Next(TaskState State, TimeSpan Delay, int Attempt) : TaskVerdict
    {
        /// <summary>Gets why it waits; it counts where no failure led to it.</summary>
        public DeferralReason Why { get; init; } = DeferralReason.Stopping;

        /// <summary>Gets what holds it, so that it goes to the queue of what is held; <see langword="null"/> where it goes back to its own.</summary>
        public Hold? Hold { get; init; }

        /// <summary>Gets the instants that it has reserved of rate limits.</summary>
        public IReadOnlyList<RateSlot> Slots { get; init; } = [];
    }

    /// <summary>Judges a task that must never run: too many crashes, unknown or expired.</summary>
    /// <returns><see langword="null"/> where it may run.</returns>
    public static TaskVerdict? BeforeRun(ControlRow row, Wire.TaskEnvelope envelope, TaskRegistry registry, DateTimeOffset now)
    {
        if (row.Crashes >= TaskRules.MaxCrashes)
        {
            return Crashed(row);
        }

        if (registry.Find(envelope.Task) is null)
        {
            return Dead(ErrorCategory.Permanent, FailureRecord.Of(registry.Unknown(envelope.Task), ErrorCategory.Permanent, row.Attempt, now));
        }

        return envelope.ExpiresAt <= now
            ? new End(TaskState.Expired) { Reason = $"It was worth running until {envelope.ExpiresAt:O}." }
            : null;
    }

    /// <summary>Judges a task whose time may not have come.</summary>
    /// <returns><see langword="null"/> where it is due.</returns>
    public static TaskVerdict? IfNotDue(ControlRow row, Wire.TaskEnvelope envelope, DateTimeOffset now) =>
        envelope.Eta - now is { } wait && wait > TaskRules.EtaTolerance
            ? Later(row, wait, DeferralReason.NotDue)
            : null;

    /// <summary>Judges a task whose handler has run.</summary>
    public static TaskVerdict AfterRun(ControlRow row, RetryPolicy policy, AttemptEnd end, double random, DateTimeOffset now) => end switch
    {
        AttemptEnd.Returned returned => ForOutcome(row, policy, returned, random, now),
        AttemptEnd.Threw threw => ForFailure(row, policy, threw.Failure, random, failure => FailureRecord.Of(
            threw.Exception, failure.Category, row.Attempt, now) with
        { Duration = end.Duration }),
        AttemptEnd.TimedOut timedOut => ForFailure(row, policy, new Failure(ErrorCategory.TimedOut), random, failure => FailureRecord.Of(
            $"It ran longer than its time limit of {timedOut.Limit:c}.", failure.Category, row.Attempt, now) with
        { Duration = end.Duration }),
        AttemptEnd.Revoked revoked => Revoked(revoked.Reason),
        AttemptEnd.Stopped => PutBack(row),
        _ => throw new InvalidOperationException($"'{end}' is no end of an attempt."),
    };

    /// <summary>The end of a task that was revoked.</summary>
    public static End Revoked(string reason) => new(TaskState.Revoked) { Reason = reason };

    /// <summary>Back on its queue, at no attempt.</summary>
    public static Next PutBack(ControlRow row) => new(TaskState.Enqueued, TimeSpan.Zero, row.Attempt);

    /// <summary>To the queue of what is held, at no attempt.</summary>
    public static Next Held(ControlRow row, Hold hold) => new(TaskState.Deferred, TimeSpan.Zero, row.Attempt) { Hold = hold, Why = hold.Kind };

    /// <summary>Put back for a while, at no attempt.</summary>
    public static Next Later(ControlRow row, TimeSpan? delay, DeferralReason why) => new(TaskState.Deferred, Bounded(delay), row.Attempt) { Why = why };

    /// <summary>The end of a task whose process died too often.</summary>
    public static End Crashed(ControlRow row) => new End(TaskState.DeadLettered)
    {
        Category = ErrorCategory.Crashed,
        Reason = $"The process died {row.Crashes} times while it ran the task; the limit is {TaskRules.MaxCrashes}.",
    };

    private static TaskVerdict ForOutcome(ControlRow row, RetryPolicy policy, AttemptEnd.Returned returned, double random, DateTimeOffset now)
    {
        var outcome = returned.Outcome;
        return outcome.Kind switch
        {
            TaskOutcomeKind.Completed => new End(TaskState.Succeeded) { Result = returned.Result },
            TaskOutcomeKind.Discard => new End(TaskState.Discarded) { Reason = outcome.Reason },
            TaskOutcomeKind.DeadLetter => Dead(
                ErrorCategory.Permanent,
                FailureRecord.Of(outcome.Reason ?? "The handler gave it up.", ErrorCategory.Permanent, row.Attempt, now) with { Duration = returned.Duration }),
            TaskOutcomeKind.Snooze => Later(row, outcome.Delay, DeferralReason.Snoozed),
            TaskOutcomeKind.Retry => ForFailure(
                row,
                policy,
                new Failure(ErrorCategory.Transient, outcome.Delay),
                random,
                failure => FailureRecord.Of(outcome.Reason ?? "The handler asked for another attempt.", failure.Category, row.Attempt, now)
                    with
                { Duration = returned.Duration }),
            _ => throw new InvalidOperationException($"'{outcome.Kind}' is no outcome."),
        };
    }

    private static TaskVerdict ForFailure(ControlRow row, RetryPolicy policy, Failure failure, double random, Func<Failure, FailureRecord> describe)
    {
        var record = describe(failure);
        var elapsed = row.Failures is [var first, ..] ? record.At - first.At : TimeSpan.Zero;
        RetryDecision decision;
        try
        {
            decision = RetryDecision.For(policy, row.Attempt, failure, elapsed, random);
        }
#pragma warning disable CA1031 // The edge to user code: a policy that throws is a reason to give the task up, with both causes.
        catch (Exception exception) when (policy.Delay is not null)
#pragma warning restore CA1031
        {
            return Dead(failure.Category, FailureRecord.Of(
                $"{record.Message} (Its {nameof(CelerityTaskOptions.RetryDelay)} failed: {exception.Message})", failure.Category, row.Attempt, record.At));
        }

        return decision.Delay is { } delay
            ? new Next(TaskState.Retrying, delay, row.Attempt + 1) { Failure = record }
            : Dead(failure.Category, record);
    }

    private static End Dead(ErrorCategory category, FailureRecord failure) =>
        new(TaskState.DeadLettered) { Category = category, Reason = failure.Message, Failure = failure };

    private static TimeSpan Bounded(TimeSpan? delay) =>
        delay is { } wait && wait > TimeSpan.Zero ? Shortest(wait, RetryDecision.LongestDelay) : TimeSpan.Zero;

    private static TimeSpan Shortest(TimeSpan one, TimeSpan other) => one < other ? one : other;
}
