using System.Text.Json;

namespace Celerity;

/// <summary>What will not run again by itself: a task, a chunk of a stage, or a message that nobody could read.</summary>
public sealed record DeadLetter
{
    /// <summary>Gets its id: its group's, when it ended, and the id of what died.</summary>
    public required string Id { get; init; }

    /// <summary>Gets the group of those that died of the same cause.</summary>
    public required string Group { get; init; }

    /// <summary>Gets what it was.</summary>
    public required DeadLetterKind Kind { get; init; }

    /// <summary>Gets the id of the task or chunk; of a message that nobody could read the queue message's.</summary>
    public required string SubjectId { get; init; }

    /// <summary>Gets whether it waits for somebody, was replayed, or was set aside.</summary>
    public required DeadLetterState State { get; init; }

    /// <summary>Gets the task's name; <see langword="null"/> on chunks and where it is not known.</summary>
    public string? Task { get; init; }

    /// <summary>Gets the queue it came from.</summary>
    public required string Queue { get; init; }

    /// <summary>Gets what kind of failure ended it.</summary>
    public required ErrorCategory Category { get; init; }

    /// <summary>Gets how much it matters, by the rules of the app.</summary>
    public required Severity Severity { get; init; }

    /// <summary>Gets why it ended, at most 1,000 characters.</summary>
    public required string Reason { get; init; }

    /// <summary>Gets when it ended.</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>Gets the machine on which it ended.</summary>
    public required string Host { get; init; }

    /// <summary>Gets the version of the app that gave it up; <see langword="null"/> where the app tells none.</summary>
    public string? AppVersion { get; init; }

    /// <summary>Gets the attempt that was the last, 1 on the first.</summary>
    public int Attempt { get; init; }

    /// <summary>Gets how often its process died while it ran.</summary>
    public int Crashes { get; init; }

    /// <summary>Gets the id that ties it to what caused it.</summary>
    public string? CorrelationId { get; init; }

    /// <summary>Gets the W3C trace it belongs to, 32 hex digits.</summary>
    public string? TraceId { get; init; }

    /// <summary>Gets the run it belongs to.</summary>
    public string? Run { get; init; }

    /// <summary>Gets the name of the chunk's stage.</summary>
    public string? Stage { get; init; }

    /// <summary>Gets the chunk's number in its stage, from 0.</summary>
    public int? Chunk { get; init; }

    /// <summary>Gets how many bytes its message has.</summary>
    public long Size { get; init; }

    /// <summary>Gets the first attempt that failed; <see langword="null"/> where none did.</summary>
    public DateTimeOffset? FirstFailedAt { get; init; }

    /// <summary>Gets the last attempt that failed; <see langword="null"/> where none did.</summary>
    public DateTimeOffset? LastFailedAt { get; init; }

    /// <summary>Gets the letter whose replay this is; <see langword="null"/> where it is none.</summary>
    public string? ReplayOf { get; init; }

    /// <summary>Gets how many replays led here: 0 for a task that was sent by its sender.</summary>
    public int Replays { get; init; }

    /// <summary>Gets the id of the task that its replay was sent as; of a chunk, its id in the generation that runs it again.</summary>
    public string? ReplayedAs { get; init; }

    /// <summary>Gets when it was replayed.</summary>
    public DateTimeOffset? ReplayedAt { get; init; }

    /// <summary>Gets the action that replayed it or set it aside.</summary>
    public string? Action { get; init; }

    /// <summary>Gets its failed attempts, the first and the latest, ten at most; empty in lists.</summary>
    public IReadOnlyList<TaskFailure> Failures { get; init; } = [];

    /// <summary>Gets the latest that the task logged, the oldest line first; empty where nothing is kept, and in lists.</summary>
    public IReadOnlyList<TaskLogLine> Log { get; init; } = [];

    /// <summary>Gets how many older lines it logged that are not kept.</summary>
    public int LogDropped { get; init; }

    /// <summary>Gets the task's headers; empty in lists.</summary>
    public IReadOnlyDictionary<string, string> Headers { get; init; } = new Dictionary<string, string>();

    /// <summary>Gets the task's payload as JSON; <see langword="null"/> in lists, on others than tasks, and where it cannot be read any more.</summary>
    public JsonElement? Payload { get; init; }

    /// <summary>Gets the message as it would lie on its queue; <see langword="null"/> in lists.</summary>
    public ReadOnlyMemory<byte>? Message { get; init; }
}
