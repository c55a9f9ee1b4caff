using Celerity.Retry;
using Celerity.Tasks.Logs;

namespace Celerity.DeadLetters;

/// <summary>What will not run again by itself, with everything needed to explain it and to run it again.</summary>
internal sealed record DeadLetterRecord
{
    /// <summary>Gets the id of the task or chunk; of an undecodable message the queue message's.</summary>
    public required string Id { get; init; }

    public required DeadLetterKind Kind { get; init; }

    public required string Queue { get; init; }

    public required ErrorCategory Category { get; init; }

    public required string Reason { get; init; }

    /// <summary>Gets when it ended: told again it must be the same, for it is part of the letter's key.</summary>
    public required DateTimeOffset At { get; init; }

    public required string Host { get; init; }

    /// <summary>Gets the message: the envelope with its payload, the slice of one chunk, or the bytes that nobody could read.</summary>
    public required ReadOnlyMemory<byte> Body { get; init; }

    /// <summary>Gets the task's name, or <see langword="null"/> where it is not known.</summary>
    public string? Task { get; init; }

    /// <summary>Gets the run it belongs to, or <see langword="null"/> where it belongs to none.</summary>
    public string? Run { get; init; }

    /// <summary>Gets the name of the chunk's stage type.</summary>
    public string? Stage { get; init; }

    /// <summary>Gets the chunk's number in its stage, from 0.</summary>
    public int? Chunk { get; init; }

    public int Attempt { get; init; }

    public int Crashes { get; init; }

    public string? CorrelationId { get; init; }

    public string? TraceId { get; init; }

    /// <summary>Gets the blob with the task's payload, which is the letter's from now on.</summary>
    public string? PayloadBlob { get; init; }

    /// <summary>Gets the letter whose replay it is.</summary>
    public string? ReplayOf { get; init; }

    public int Replays { get; init; }

    public IReadOnlyList<FailureRecord> Failures { get; init; } = [];

    /// <summary>Gets what the task logged; <see langword="null"/> where nothing is kept.</summary>
    public TaskLog? Log { get; init; }

    /// <summary>Gets where its letter lies: that follows from the cause and the time.</summary>
    public DeadLetterKey Key => DeadLetterKey.Of(
        Fingerprint.Of(Subject, Category, ExceptionType, Frames, ShortReason), At, Id);

    public string? Subject => Task ?? Stage;

    public string? ExceptionType => Failures is [.., { Type.Length: > 0 } last] ? last.Type : null;

    public IReadOnlyList<string> Frames => Failures is [.., var last] ? OwnFrames.Of(last.Stack) : [];

    // A parser's words may quote the message.
    public string ShortReason => Reason.AtMost(FailureRecord.MaxMessageChars);
}
