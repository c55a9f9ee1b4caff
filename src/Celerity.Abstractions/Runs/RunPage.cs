namespace Celerity;

/// <summary>A page of runs, the newest first.</summary>
/// <param name="Runs">The runs. A page may be short, even empty, and have a next one.</param>
/// <param name="Next">Where to go on: the id of the last run looked at, whether it fitted or not; <see langword="null"/> at the end.</param>
public sealed record RunPage(IReadOnlyList<RunSummary> Runs, string? Next);
