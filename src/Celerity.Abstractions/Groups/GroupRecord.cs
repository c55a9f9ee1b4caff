namespace Celerity;

/// <summary>What is stored of a group.</summary>
public sealed record GroupRecord
{
    /// <summary>Gets its id.</summary>
    public required string Id { get; init; }

    /// <summary>Gets where it stands.</summary>
    public required GroupState State { get; init; }

    /// <summary>Gets how many tasks it has.</summary>
    public required int Count { get; init; }

    /// <summary>Gets how many have ended, at least: of pages that are not yet full the first 16 are counted.</summary>
    public int Ended { get; init; }

    /// <summary>Gets how many of those failed.</summary>
    public int Failed { get; init; }

    /// <summary>Gets when it was sent.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>Gets when it ended.</summary>
    public DateTimeOffset? EndedAt { get; init; }

    /// <summary>Gets the id of the callback, or of the error callback, that its end has sent; <see langword="null"/> for none.</summary>
    public string? CallbackId { get; init; }
}

/// <summary>Where a group stands.</summary>
public enum GroupState
{
    /// <summary>Not all of its tasks have ended.</summary>
    Running,

    /// <summary>All have ended, and no more have failed than it tolerates.</summary>
    Succeeded,

    /// <summary>All have ended, and more have failed than it tolerates.</summary>
    Failed,
}
