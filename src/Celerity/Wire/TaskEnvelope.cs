using System.Text.Json;
using Celerity.Celery;

namespace Celerity.Wire;

/// <summary>A task as it travels. <see cref="MessageCodec"/> reads and writes it.</summary>
internal sealed record TaskEnvelope
{
    public const int Version = 1;
    public const int MaxIdChars = 100;

    /// <summary>Gets the task's id, at most <see cref="MaxIdChars"/> characters.</summary>
    public required string Id { get; init; }

    /// <summary>Gets the task's name.</summary>
    public required string Task { get; init; }

    /// <summary>Gets the payload, or <see langword="null"/> where there is none or <see cref="PayloadRef"/> names it.</summary>
    public JsonElement? Payload { get; init; }

    /// <summary>Gets the attempt that this message makes, 1 on the first.</summary>
    public int Attempt { get; init; } = 1;

    /// <summary>Gets how often the task was handed over.</summary>
    public int Seq { get; init; }

    /// <summary>Gets the id of that hand-over; empty on a stranger's message.</summary>
    public string Delivery { get; init; } = "";

    /// <summary>Gets how often the process died while it ran the task.</summary>
    public int Crashes { get; init; }

    public string? Queue { get; init; }

    /// <summary>Gets whether its send row was stored first, so that its message may be there twice: it is always claimed.</summary>
    public bool Reserved { get; init; }

    /// <summary>Gets how the payload is written; <see langword="null"/> for JSON.</summary>
    public string? ContentType { get; init; }

    /// <summary>Gets how the payload is compressed; <see langword="null"/> for not at all. Then it is base64 in the message, plain bytes in a blob.</summary>
    public string? ContentEncoding { get; init; }

    /// <summary>Gets the id of a key and the HMAC of the message, <c>id:base64</c>.</summary>
    public string? Signature { get; init; }

    /// <summary>Gets the key of which one task at a time waits or runs.</summary>
    public string? UniqueKey { get; init; }

    /// <summary>Gets the key under which its result answers later sends.</summary>
    public string? CacheKey { get; init; }

    /// <summary>Gets the key of which only the newest send runs.</summary>
    public string? DebounceKey { get; init; }

    /// <summary>Gets the key whose tasks run one after the other.</summary>
    public string? OrderKey { get; init; }

    /// <summary>Gets its place among them, from 1.</summary>
    public long? OrderTicket { get; init; }

    /// <summary>Gets the time before which it must not run.</summary>
    public DateTimeOffset? Eta { get; init; }

    /// <summary>Gets the time from which on it is not worth running.</summary>
    public DateTimeOffset? ExpiresAt { get; init; }

    /// <summary>Gets the sender's time limit for each attempt: it can make the task's own shorter.</summary>
    public TimeSpan? TimeLimit { get; init; }

    /// <summary>Gets the sender's soft time limit, likewise.</summary>
    public TimeSpan? SoftTimeLimit { get; init; }

    /// <summary>Gets the sender's key; a send that has one was reserved first.</summary>
    public string? IdempotencyKey { get; init; }

    public string? CorrelationId { get; init; }

    /// <summary>Gets when it was sent, by its sender's clock.</summary>
    public DateTimeOffset? SentAt { get; init; }

    public IReadOnlyList<string> Tags { get; init; } = [];

    public string? Traceparent { get; init; }

    public string? RunId { get; init; }

    public string? ParentId { get; init; }

    /// <summary>Gets the name of the blob that holds the payload.</summary>
    public string? PayloadRef { get; init; }

    /// <summary>Gets its place in a group, or <see langword="null"/>.</summary>
    public GroupSeat? Group { get; init; }

    /// <summary>Gets the tasks that follow when it has succeeded, one after the other.</summary>
    public IReadOnlyList<TaskLink> Next { get; init; } = [];

    /// <summary>Gets the task that follows where it fails.</summary>
    public TaskLink? OnError { get; init; }

    /// <summary>Gets whether anything waits for its end: then it is stored, whatever the tracking.</summary>
    public bool IsAwaited => Group is not null || Next.Count > 0 || OnError is not null;

    /// <summary>Gets what a Celery client asked for besides; <see langword="null"/> of a task that has nothing to do with Celery.</summary>
    public CeleryTerms? Celery { get; init; }

    /// <summary>Gets the key by which limits per key count, such as a tenant; <see langword="null"/> counts as a key of its own.</summary>
    public string? LimitKey { get; init; }

    /// <summary>Gets the instants that a deferral has reserved of rate limits.</summary>
    public IReadOnlyList<RateLimits.RateSlot> Slots { get; init; } = [];

    /// <summary>Gets the dead letter whose replay it is.</summary>
    public string? ReplayOf { get; init; }

    /// <summary>Gets how many replays led here.</summary>
    public int Replays { get; init; }

    public IReadOnlyDictionary<string, string> Headers { get; init; } = new Dictionary<string, string>();

    /// <summary>Gets the failure that led to this hand-over: the control row may not have been reached when it was sent.</summary>
    public Retry.FailureRecord? LastFailure { get; init; }

    /// <summary>Gets whether <see cref="Id"/> was made from the queue message's id: it is lost when the message is copied.</summary>
    public bool IsIdBorrowed { get; init; }
}
