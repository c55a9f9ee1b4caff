namespace Celerity;

/// <summary>A purge of many runs: those that have ended and fit a filter.</summary>
public sealed record RunPurgeAction
{
    /// <summary>Gets its id.</summary>
    public required string Id { get; init; }

    /// <summary>Gets which runs it is about.</summary>
    public required RunFilter Filter { get; init; }

    /// <summary>Gets who asked for it.</summary>
    public required string Who { get; init; }

    /// <summary>Gets the reason given, or empty.</summary>
    public required string Why { get; init; }

    /// <summary>Gets when it was asked for.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>Gets the last run that was looked at; <see langword="null"/> once all were.</summary>
    public string? Cursor { get; init; }

    /// <summary>Gets whether all runs were looked at.</summary>
    public bool IsMarked { get; init; }

    /// <summary>Gets how many runs are purged by it.</summary>
    public int Marked { get; init; }

    /// <summary>Gets how many of them are not gone yet, at most a minute old.</summary>
    public int Left { get; init; }

    /// <summary>Gets when the last of them was gone; <see langword="null"/> while it is not.</summary>
    public DateTimeOffset? EndedAt { get; init; }
}
