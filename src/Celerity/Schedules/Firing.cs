using System.Text.Json.Serialization;

namespace Celerity.Schedules;

/// <summary>A decision on a due time, with all that its effect needs: stored before the effect, because to decide again may be to decide otherwise.</summary>
/// <param name="DueAt">The due time; of several missed ones the last.</param>
/// <param name="Kind">What was decided.</param>
internal sealed record Firing(DateTimeOffset DueAt, FiringKind Kind)
{
    /// <summary>Gets the id of the task or run: a function of the schedule and the due time.</summary>
    public string? Id { get; init; }

    /// <summary>Gets when it is to fire by itself; <see langword="null"/> where somebody asked for it, or it waited for the one before.</summary>
    public DateTimeOffset? FiresAt { get; init; }

    public string? Task { get; init; }

    public string? Pipeline { get; init; }

    /// <summary>Gets the payload or request. Kept beside: a property of a row holds 32,768 characters, and JSON in JSON grows.</summary>
    [JsonIgnore]
    public string? Payload { get; init; }

    /// <summary>Gets the task or run to revoke before.</summary>
    public string? Replaces { get; init; }

    /// <summary>Gets the first of the due times that were missed, where there were several.</summary>
    public DateTimeOffset? FirstDueAt { get; init; }

    /// <summary>Gets how many due times it stands for.</summary>
    public int Count { get; init; } = 1;

    /// <summary>Gets whether somebody asked for it, whatever the schedule says.</summary>
    public bool IsManual { get; init; }
}
