using System.Text.Json;

namespace Celerity;

/// <summary>A run, as <c>GET /api/runs/{id}</c> shows it.</summary>
public sealed record RunView
{
    /// <summary>Gets its id.</summary>
    public required string Id { get; init; }

    /// <summary>Gets its pipeline's name.</summary>
    public required string Pipeline { get; init; }

    /// <summary>Gets where it stands.</summary>
    public required RunState State { get; init; }

    /// <summary>Gets since when it is suspended; <see langword="null"/> where it is not.</summary>
    public DateTimeOffset? SuspendedAt { get; init; }

    /// <summary>Gets the generation it is at, 1 and up.</summary>
    public required int Generation { get; init; }

    /// <summary>Gets the words that it was started with.</summary>
    public required IReadOnlyList<string> Tags { get; init; }

    /// <summary>Gets when it was asked for.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>Gets the run whose request it took, where it was cloned.</summary>
    public string? CloneOf { get; init; }

    /// <summary>Gets when the generation ends as failed, if it has not ended by then.</summary>
    public DateTimeOffset? Deadline { get; init; }

    /// <summary>Gets when its orchestration began; of the generation it is at.</summary>
    public DateTimeOffset? StartedAt { get; init; }

    /// <summary>Gets when that generation ended; <see langword="null"/> while it has not.</summary>
    public DateTimeOffset? EndedAt { get; init; }

    /// <summary>Gets its generations after the first, in order: what each did again, and how the one before it had ended.</summary>
    public required IReadOnlyList<RunGenerationView> Generations { get; init; }

    /// <summary>Gets the sum over all stages.</summary>
    public required RunProgressView Progress { get; init; }

    /// <summary>Gets the stages of that generation, in order.</summary>
    public required IReadOnlyList<RunStageView> Stages { get; init; }

    /// <summary>Gets why the run failed, and the first of its dead chunks.</summary>
    public required IReadOnlyList<RunFailureView> Failures { get; init; }

    /// <summary>Gets what it was started with, secrets masked; <see langword="null"/> where it is being purged, or the app has no such pipeline any more.</summary>
    public JsonElement? Request { get; init; }

    /// <summary>Gets what the pipeline returned, once it has succeeded.</summary>
    public JsonElement? Result { get; init; }
}
