namespace Celerity;

/// <summary>What may be said of one send. <c>docs/sending.md</c> tells what each costs.</summary>
/// <remarks>
/// At most one of <see cref="IdempotencyKey"/>, <see cref="UniqueKey"/>, <see cref="DebounceKey"/> and <see cref="OrderKey"/>: each of them
/// decides by itself whether and when a message is sent. A value out of its range is CEL0208, and nothing is sent.
/// </remarks>
public sealed record EnqueueOptions
{
    /// <summary>Gets the time until the task may run, from the send on.</summary>
    /// <value>0 (the default) to 3,650 days. Not together with <see cref="Eta"/>. Beyond 6 days the task waits in a table.</value>
    public TimeSpan Delay { get; init; }

    /// <summary>Gets the time before which the task must not run; <see langword="null"/> for at once.</summary>
    /// <value>Up to 3,650 days ahead. One in the past means now. Beyond 6 days the task waits in a table.</value>
    public DateTimeOffset? Eta { get; init; }

    /// <summary>Gets the time from which on the task is not worth running; <see langword="null"/> for never.</summary>
    /// <value>In the future, and after the task is due. Not together with <see cref="TimeToLive"/>.</value>
    public DateTimeOffset? ExpiresAt { get; init; }

    /// <summary>Gets how long the task is worth running, from the send on; <see langword="null"/> for ever.</summary>
    /// <value>More than 0, at most 3,650 days, and more than <see cref="Delay"/>.</value>
    public TimeSpan? TimeToLive { get; init; }

    /// <summary>Gets the priority, which names one of the three queues; <see langword="null"/> for the route's or the task type's own queue.</summary>
    /// <value>Not together with <see cref="Queue"/>.</value>
    public TaskPriority? Priority { get; init; }

    /// <summary>Gets the queue, or <see langword="null"/> for the route's or the task type's own.</summary>
    /// <value>One of <c>celerity-high</c>, <c>celerity-default</c>, <c>celerity-low</c>, or a queue that the app has added.</value>
    public string? Queue { get; init; }

    /// <summary>Gets words to find and revoke the task by.</summary>
    /// <value>Up to 20, each of 1 to 100 characters.</value>
    public IReadOnlyList<string> Tags { get; init; } = [];

    /// <summary>Gets headers that travel with the task.</summary>
    /// <value>They share the message with the payload: up to 8 KiB of names and values.</value>
    public IReadOnlyDictionary<string, string> Headers { get; init; } = new Dictionary<string, string>();

    /// <summary>Gets the key by which limits per key count, such as a tenant; <see langword="null"/> counts as a key of its own.</summary>
    /// <value>1 to 200 characters; counts together with the task's name.</value>
    public string? LimitKey { get; init; }

    /// <summary>Gets the id that ties the task to what caused it, or <see langword="null"/>.</summary>
    /// <value>Up to 200 characters.</value>
    public string? CorrelationId { get; init; }

    /// <summary>Gets the key that makes a repeated send the same send, or <see langword="null"/>.</summary>
    /// <value>1 to 200 characters; counts together with the task's name, for as long as the task's record is kept.</value>
    public string? IdempotencyKey { get; init; }

    /// <summary>Gets the key of which one task at a time waits or runs, or <see langword="null"/>. A second send meanwhile returns the first id.</summary>
    /// <value>1 to 200 characters; counts together with the task's name.</value>
    public string? UniqueKey { get; init; }

    /// <summary>Gets the key whose sends replace each other, or <see langword="null"/>. Only the last runs, the others end as discarded.</summary>
    /// <value>1 to 200 characters; counts together with the task's name. Needs <see cref="DebounceWindow"/>.</value>
    public string? DebounceKey { get; init; }

    /// <summary>Gets how long after the last send of its <see cref="DebounceKey"/> the task runs.</summary>
    /// <value>More than 0, at most 6 days. Not together with <see cref="Delay"/> or <see cref="Eta"/>.</value>
    public TimeSpan? DebounceWindow { get; init; }

    /// <summary>Gets the key whose tasks run one after the other, in the order of their sends; <see langword="null"/> for no order.</summary>
    /// <value>1 to 200 characters; counts for all tasks of the app. The next starts when the one before has ended, however it ended.</value>
    public string? OrderKey { get; init; }

    /// <summary>Gets whether the task runs although a result of the same payload is stored or on its way. It neither reads nor fills the cache.</summary>
    /// <value>The default is <see langword="false"/>. It means nothing where <see cref="CelerityTaskAttribute.CacheSeconds"/> is 0.</value>
    public bool SkipCache { get; init; }

    /// <summary>Gets how the payload is written.</summary>
    /// <value>The default is <see cref="PayloadFormat.Json"/>.</value>
    public PayloadFormat Format { get; init; }
}
