namespace Celerity;

/// <summary>Dead letters of one cause: the same task, exception and place, and the same message but for numbers and ids.</summary>
public sealed record DeadLetterGroup
{
    /// <summary>Gets its id, 16 hex digits made of the cause.</summary>
    public required string Id { get; init; }

    /// <summary>Gets the name of the task or stage; <see langword="null"/> for messages that nobody could read.</summary>
    public string? Task { get; init; }

    /// <summary>Gets what died.</summary>
    public required DeadLetterKind Kind { get; init; }

    /// <summary>Gets what kind of failure it was.</summary>
    public required ErrorCategory Category { get; init; }

    /// <summary>Gets the exception's type with its namespace; <see langword="null"/> where there was none.</summary>
    public string? Exception { get; init; }

    /// <summary>Gets where in the app's own code it was thrown, the innermost first, two at most.</summary>
    public IReadOnlyList<string> Frames { get; init; } = [];

    /// <summary>Gets the reason of the newest.</summary>
    public required string Reason { get; init; }

    /// <summary>Gets the severity of the newest.</summary>
    public required Severity Severity { get; init; }

    /// <summary>Gets how many wait for somebody.</summary>
    public required long Open { get; init; }

    /// <summary>Gets how many were replayed and are still kept.</summary>
    public long Replayed { get; init; }

    /// <summary>Gets how many were set aside.</summary>
    public long SetAside { get; init; }

    /// <summary>Gets how many there ever were, those included that are gone.</summary>
    public required long Total { get; init; }

    /// <summary>Gets when the first ended.</summary>
    public required DateTimeOffset FirstSeen { get; init; }

    /// <summary>Gets when the last ended.</summary>
    public required DateTimeOffset LastSeen { get; init; }

    /// <summary>Gets how many ended in each of the last 24 hours of the clock, the oldest first; the last number is of this hour.</summary>
    public required IReadOnlyList<int> LastDay { get; init; }

    /// <summary>Gets the id of the newest.</summary>
    public required string Sample { get; init; }
}
