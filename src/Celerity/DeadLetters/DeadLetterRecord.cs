using Celerity.Retry;

namespace Celerity.DeadLetters;

/// <summary>What will not run again by itself, with everything needed to explain it and to run it again.</summary>
internal sealed record DeadLetterRecord
{
    /// <summary>Gets the id of the task; of an undecodable message the queue message's.</summary>
    public required string Id { get; init; }

    /// <summary>Gets what it is: <c>task</c> or <c>message</c>.</summary>
    public required string Kind { get; init; }

    public required string Queue { get; init; }

    public required ErrorCategory Category { get; init; }

    public required string Reason { get; init; }

    public required DateTimeOffset At { get; init; }

    public required string Host { get; init; }

    /// <summary>Gets the message: the envelope with its payload, or the bytes that nobody could read.</summary>
    public required ReadOnlyMemory<byte> Body { get; init; }

    /// <summary>Gets the task's name, or <see langword="null"/> where it is not known.</summary>
    public string? Task { get; init; }

    public int Attempt { get; init; }

    public int Crashes { get; init; }

    public string? CorrelationId { get; init; }

    public IReadOnlyList<FailureRecord> Failures { get; init; } = [];
}
