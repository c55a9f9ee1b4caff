namespace Celerity;

/// <summary>Something that happened to a task.</summary>
public sealed record TaskEvent
{
    /// <summary>Gets what happened.</summary>
    public required TaskEventKind Kind { get; init; }

    /// <summary>Gets when.</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>Gets the task's id.</summary>
    public required string Id { get; init; }

    /// <summary>Gets the task's name.</summary>
    public required string Name { get; init; }

    /// <summary>Gets the queue.</summary>
    public required string Queue { get; init; }

    /// <summary>Gets the attempt, 1 on the first.</summary>
    public int Attempt { get; init; } = 1;

    /// <summary>Gets the id that ties the task to what caused it, or <see langword="null"/>.</summary>
    public string? CorrelationId { get; init; }

    /// <summary>Gets the sender's tags.</summary>
    public IReadOnlyList<string> Tags { get; init; } = [];

    /// <summary>Gets the failure's category on <see cref="TaskEventKind.Failed"/>, <see cref="TaskEventKind.Retried"/> and <see cref="TaskEventKind.DeadLettered"/>.</summary>
    public ErrorCategory? Category { get; init; }

    /// <summary>Gets why, where there is a reason.</summary>
    public string? Reason { get; init; }

    /// <summary>Gets the wait until the next attempt, on <see cref="TaskEventKind.Retried"/>, or until it is looked at again, on <see cref="TaskEventKind.Deferred"/>.</summary>
    public TimeSpan? Delay { get; init; }

    /// <summary>Gets why it waits, on <see cref="TaskEventKind.Deferred"/>.</summary>
    public DeferralReason? Deferral { get; init; }

    /// <summary>Gets how long it has waited since it was sent, or since it was due, on the first <see cref="TaskEventKind.Started"/>; <see langword="null"/> where that is not known.</summary>
    public TimeSpan? Waited { get; init; }

    /// <summary>Gets how long the attempt ran, on its <see cref="TaskEventKind.Failed"/> and on an end that it led to; <see langword="null"/> where none ran.</summary>
    public TimeSpan? Duration { get; init; }

    /// <summary>Gets how many records a chunk had, rejected ones included, on its <see cref="TaskEventKind.Succeeded"/>.</summary>
    public int Records { get; init; }

    /// <summary>Gets how many of <see cref="Records"/> were rejected.</summary>
    public int RejectedRecords { get; init; }

    /// <summary>Gets how far the attempt is, 0 to 1, on <see cref="TaskEventKind.Progress"/>.</summary>
    public double? Progress { get; init; }

    /// <summary>Gets the handler's own name for it, on <see cref="TaskEventKind.Emitted"/>.</summary>
    public string? Signal { get; init; }

    /// <summary>Gets what goes with it, on <see cref="TaskEventKind.Emitted"/>.</summary>
    public object? Data { get; init; }
}

/// <summary>What happens to tasks.</summary>
public enum TaskEventKind
{
    /// <summary>It is about to be sent; of a bulk, it joins its message.</summary>
    BeforePublish,

    /// <summary>An attempt begins.</summary>
    Started,

    /// <summary>An attempt has said how far it is; told as often as it is stored, every few seconds.</summary>
    Progress,

    /// <summary>An attempt failed; <see cref="Retried"/> or <see cref="DeadLettered"/> follows.</summary>
    Failed,

    /// <summary>The next attempt has been sent.</summary>
    Retried,

    /// <summary>It was put off, at no attempt.</summary>
    Deferred,

    /// <summary>It ended well.</summary>
    Succeeded,

    /// <summary>It ended as a dead letter.</summary>
    DeadLettered,

    /// <summary>It ended as revoked.</summary>
    Revoked,

    /// <summary>It ended because its time had passed.</summary>
    Expired,

    /// <summary>It ended because there was nothing to do.</summary>
    Discarded,

    /// <summary>Its handler said something of its own.</summary>
    Emitted,
}
