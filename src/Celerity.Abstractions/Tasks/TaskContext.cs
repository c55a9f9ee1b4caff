namespace Celerity;

/// <summary>The facts of one attempt.</summary>
public sealed record TaskContext
{
    /// <summary>Gets the task's id.</summary>
    public required string Id { get; init; }

    /// <summary>Gets the task's name.</summary>
    public required string Name { get; init; }

    /// <summary>Gets the attempt's number, 1 on the first. A deferral is not an attempt.</summary>
    public required int Attempt { get; init; }

    /// <summary>Gets the id that ties this task to what caused it, or <see langword="null"/>.</summary>
    public string? CorrelationId { get; init; }

    /// <summary>Gets the sender's headers.</summary>
    public IReadOnlyDictionary<string, string> Headers { get; init; } = new Dictionary<string, string>();
}
