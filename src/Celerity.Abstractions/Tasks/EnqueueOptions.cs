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
}
