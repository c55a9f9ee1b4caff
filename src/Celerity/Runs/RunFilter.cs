namespace Celerity.Runs;

/// <summary>Which runs to list.</summary>
internal sealed record RunFilter
{
    public RunState? State { get; init; }

    public string? Pipeline { get; init; }

    public string? Tag { get; init; }

    /// <summary>Gets the earliest time of their start, inclusive.</summary>
    public DateTimeOffset? Since { get; init; }

    /// <summary>Gets the time before which they were started.</summary>
    public DateTimeOffset? Before { get; init; }

    public bool Fits(RunSummary run) =>
        (State is null || run.State == State)
        && (Pipeline is null || string.Equals(run.Pipeline, Pipeline, StringComparison.OrdinalIgnoreCase))
        && (Tag is null || run.Tags.Contains(Tag, StringComparer.Ordinal));
}

/// <summary>A page of runs, the newest first.</summary>
/// <param name="Runs">The runs.</param>
/// <param name="Next">Where to go on: the id of the last run looked at, whether it fitted or not; <see langword="null"/> at the end.</param>
internal sealed record RunPage(IReadOnlyList<RunSummary> Runs, string? Next);
