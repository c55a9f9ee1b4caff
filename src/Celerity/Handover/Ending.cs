namespace Celerity.Handover;

/// <summary>How a task ended: everything its effects are made from.</summary>
internal sealed record Ending
{
    public required DateTimeOffset At { get; init; }

    /// <summary>Gets the machine it ended on.</summary>
    public required string Host { get; init; }

    /// <summary>Gets what kind of failure it was; <see langword="null"/> unless it is a dead letter.</summary>
    public ErrorCategory? Category { get; init; }

    /// <summary>Gets why it ended; <see langword="null"/> where it succeeded.</summary>
    public string? Reason { get; init; }

    /// <summary>Gets the result as JSON, or <see langword="null"/> where there is none or <see cref="ResultBlob"/> holds it.</summary>
    public string? Result { get; init; }

    /// <summary>Gets the name of the blob with a result that does not fit a row.</summary>
    public string? ResultBlob { get; init; }
}
