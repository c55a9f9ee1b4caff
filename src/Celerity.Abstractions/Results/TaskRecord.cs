using System.Text.Json;

namespace Celerity;

/// <summary>What is stored of a task.</summary>
public sealed record TaskRecord
{
    /// <summary>Gets its id.</summary>
    public required string Id { get; init; }

    /// <summary>Gets its name.</summary>
    public required string Task { get; init; }

    /// <summary>Gets where it stands.</summary>
    public required TaskState State { get; init; }

    /// <summary>Gets its queue, or <see langword="null"/> where its send is not stored (tracking below <see cref="TaskTracking.Full"/>, a message sent by somebody else).</summary>
    public string? Queue { get; init; }

    /// <summary>Gets the attempt that runs, comes next, or was the last; 1 on the first.</summary>
    public int Attempt { get; init; } = 1;

    /// <summary>Gets how often its process died while it ran.</summary>
    public int Crashes { get; init; }

    /// <summary>Gets the id that ties it to what caused it.</summary>
    public string? CorrelationId { get; init; }

    /// <summary>Gets the sender's tags, where the send is stored; empty in lists.</summary>
    public IReadOnlyList<string> Tags { get; init; } = [];

    /// <summary>Gets the run it belongs to, where the send is stored.</summary>
    public string? Run { get; init; }

    /// <summary>Gets the step of its run's workflow that it is, as a JSON pointer into the document; <see langword="null"/> where it is none.</summary>
    public string? Step { get; init; }

    /// <summary>Gets the W3C trace it belongs to, 32 hex digits, where the send is stored; <see langword="null"/> in lists.</summary>
    public string? TraceId { get; init; }

    /// <summary>Gets when it was sent, where the send is stored.</summary>
    public DateTimeOffset? SentAt { get; init; }

    /// <summary>Gets the time before which it was not to run, where it was delayed.</summary>
    public DateTimeOffset? DueAt { get; init; }

    /// <summary>Gets when its latest attempt was claimed; <see langword="null"/> where none was.</summary>
    public DateTimeOffset? StartedAt { get; init; }

    /// <summary>Gets what its latest attempt said of how far it is, at most a few seconds old; <see langword="null"/> where it said nothing, once it has ended, and in lists.</summary>
    public TaskProgress? Progress { get; init; }

    /// <summary>Gets when it ended.</summary>
    public DateTimeOffset? EndedAt { get; init; }

    /// <summary>Gets the machine on which it ended.</summary>
    public string? Host { get; init; }

    /// <summary>Gets what kind of failure ended it; <see langword="null"/> unless it is a dead letter.</summary>
    public ErrorCategory? Category { get; init; }

    /// <summary>Gets why it ended; <see langword="null"/> where it succeeded.</summary>
    public string? Reason { get; init; }

    /// <summary>Gets its failed attempts, the first and the latest, ten at most; empty in lists.</summary>
    public IReadOnlyList<TaskFailure> Failures { get; init; } = [];

    /// <summary>Gets the latest that its ended attempts logged, the oldest line first; empty where nothing is kept, and in lists.</summary>
    public IReadOnlyList<TaskLogLine> Log { get; init; } = [];

    /// <summary>Gets how many older lines its attempts logged that are not kept.</summary>
    public int LogDropped { get; init; }

    /// <summary>Gets its result as JSON; <see langword="null"/> where it has none, where <see cref="ResultExpiresAt"/> has passed, and in lists.</summary>
    public JsonElement? Result { get; init; }

    /// <summary>Gets until when its result is kept; <see langword="null"/> until it ends.</summary>
    public DateTimeOffset? ResultExpiresAt { get; init; }

    internal bool HasEnded => EndedAt is not null;
}
