namespace Celerity;

/// <summary>Which runs are meant: those that fit all that is given.</summary>
public sealed record RunFilter
{
    /// <summary>Gets the state they are in, or <see langword="null"/> for any.</summary>
    public RunState? State { get; init; }

    /// <summary>Gets their pipeline, without regard to case, or <see langword="null"/> for any.</summary>
    public string? Pipeline { get; init; }

    /// <summary>Gets a tag that they have, or <see langword="null"/> for any.</summary>
    public string? Tag { get; init; }

    /// <summary>Gets the earliest time of their start, inclusive, or <see langword="null"/> for no bound.</summary>
    public DateTimeOffset? Since { get; init; }

    /// <summary>Gets the time before which they were started, or <see langword="null"/> for no bound.</summary>
    public DateTimeOffset? Before { get; init; }
}
