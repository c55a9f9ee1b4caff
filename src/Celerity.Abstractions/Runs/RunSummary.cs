namespace Celerity;

/// <summary>A run, as lists show it.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Pipeline">Its pipeline's name.</param>
/// <param name="State">Where it stands.</param>
/// <param name="Generation">The generation it is at, 1 and up.</param>
/// <param name="Tags">The words that it was started with.</param>
/// <param name="CreatedAt">When it was asked for.</param>
/// <param name="StartedAt">When that generation began; <see langword="null"/> while it has not.</param>
/// <param name="EndedAt">When it ended; <see langword="null"/> while it has not.</param>
public sealed record RunSummary(
    string Id, string Pipeline, RunState State, int Generation, IReadOnlyList<string> Tags, DateTimeOffset CreatedAt, DateTimeOffset? StartedAt, DateTimeOffset? EndedAt);
