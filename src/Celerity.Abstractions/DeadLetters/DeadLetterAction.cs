namespace Celerity;

/// <summary>A replay or purge that was asked for.</summary>
public sealed record DeadLetterAction
{
    /// <summary>Gets its id.</summary>
    public required string Id { get; init; }

    /// <summary>Gets what it does: <c>replay</c> or <c>purge</c>.</summary>
    public required string Kind { get; init; }

    /// <summary>Gets where it stands.</summary>
    public required DeadLetterActionState State { get; init; }

    /// <summary>Gets which letters it is about.</summary>
    public required DeadLetterFilter Filter { get; init; }

    /// <summary>Gets the one letter it is about; <see langword="null"/> where the filter says which.</summary>
    public string? Letter { get; init; }

    /// <summary>Gets who asked for it.</summary>
    public required string Who { get; init; }

    /// <summary>Gets the reason given, or empty.</summary>
    public required string Why { get; init; }

    /// <summary>Gets when it was asked for.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>Gets when it ended; <see langword="null"/> while it has not.</summary>
    public DateTimeOffset? EndedAt { get; init; }

    /// <summary>Gets about how many letters it will look at, counted when it was asked for.</summary>
    public long Expected { get; init; }

    /// <summary>Gets how many it has replayed or purged.</summary>
    public long Done { get; init; }

    /// <summary>Gets how many it has set aside.</summary>
    public long SetAside { get; init; }

    /// <summary>Gets how many it could not replay.</summary>
    public long Refused { get; init; }

    /// <summary>Gets why it stopped, or why it could not replay some.</summary>
    public string? Reason { get; init; }

    /// <summary>Gets the id of the task that its one letter was sent as; of a chunk, its id in the generation that runs it again.</summary>
    public string? TaskId { get; init; }
}
