namespace Celerity;

/// <summary>What may be said of one send.</summary>
public sealed record EnqueueOptions
{
    /// <summary>Gets the time until the task may run.</summary>
    /// <value>0 to 6 days. The default is 0.</value>
    public TimeSpan Delay { get; init; }

    /// <summary>Gets the queue, or <see langword="null"/> for the task type's own.</summary>
    public string? Queue { get; init; }

    /// <summary>Gets the id that ties the task to what caused it, or <see langword="null"/>.</summary>
    public string? CorrelationId { get; init; }

    /// <summary>Gets headers that travel with the task.</summary>
    public IReadOnlyDictionary<string, string> Headers { get; init; } = new Dictionary<string, string>();

    /// <summary>Gets the key that makes a repeated send the same send, or <see langword="null"/>. Costs two requests more.</summary>
    /// <value>1 to 200 characters; counts together with the task's name.</value>
    public string? IdempotencyKey { get; init; }

    /// <summary>Gets when the task is no longer worth running, from the send on; <see langword="null"/> for never.</summary>
    public TimeSpan? TimeToLive { get; init; }
}
