namespace Celerity;

/// <summary>A process of the app, as its last heartbeat tells, every 10 seconds.</summary>
public sealed record WorkerRecord
{
    /// <summary>Gets its id, made anew by each process; later ones sort later.</summary>
    public required string Id { get; init; }

    /// <summary>Gets the machine's name.</summary>
    public required string Host { get; init; }

    /// <summary>Gets its process id on that machine.</summary>
    public required int ProcessId { get; init; }

    /// <summary>Gets what it does with work that comes.</summary>
    public required WorkerState State { get; init; }

    /// <summary>Gets why it drains or recycles, or <see langword="null"/>.</summary>
    public string? Reason { get; init; }

    /// <summary>Gets when it started.</summary>
    public required DateTimeOffset StartedAt { get; init; }

    /// <summary>Gets when it was last heard of, by its own clock.</summary>
    public required DateTimeOffset SeenAt { get; init; }

    /// <summary>Gets the app's version.</summary>
    public string? AppVersion { get; init; }

    /// <summary>Gets Celerity's version.</summary>
    public string? EngineVersion { get; init; }

    /// <summary>Gets its memory as the system counts it, in bytes.</summary>
    public long WorkingSetBytes { get; init; }

    /// <summary>Gets what is allocated on its managed heap, in bytes.</summary>
    public long HeapBytes { get; init; }

    /// <summary>Gets how many attempts it has run.</summary>
    public long TasksRun { get; init; }

    /// <summary>Gets how many of them failed or timed out.</summary>
    public long TasksFailed { get; init; }

    /// <summary>Gets how many handlers run on although their attempts are over: they ignored their tokens.</summary>
    public int Zombies { get; init; }

    /// <summary>Gets what it runs, the longest first, as far as it fits into the record.</summary>
    public IReadOnlyList<RunningTaskRecord> Running { get; init; } = [];

    /// <summary>Gets how many more it runs than <see cref="Running"/> shows.</summary>
    public int RunningLeftOut { get; init; }
}
