using System.Text.Json;

namespace Celerity.Tasks.Results;

/// <summary>A task as people look at it, without secrets.</summary>
/// <param name="Task">The task.</param>
/// <param name="Attempts">Its attempts: those that failed, ten at most, and the one that runs or led to its end.</param>
internal sealed record TaskDetail(TaskRecord Task, IReadOnlyList<AttemptView> Attempts)
{
    /// <summary>Gets the payload; <see langword="null"/> where there is none, or <see cref="PayloadLeftOut"/> says why it is not here.</summary>
    public JsonElement? Payload { get; init; }

    /// <summary>Gets why the payload is left out; <see langword="null"/> where it is not.</summary>
    public string? PayloadLeftOut { get; init; }

    /// <summary>Gets why no lines are kept of what it logs; <see langword="null"/> where they are.</summary>
    public string? LogLeftOut { get; init; }
}
