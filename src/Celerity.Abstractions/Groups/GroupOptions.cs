using System.Text.Json;

namespace Celerity;

/// <summary>What a group tolerates, and what follows from its failure.</summary>
public sealed record GroupOptions
{
    /// <summary>Gets how many tasks may fail (dead letter, revoked, expired) and the group still succeed.</summary>
    /// <value>0 and up. The default is 0. The larger of this and <see cref="MaxFailedShare"/> counts.</value>
    public int MaxFailed { get; init; }

    /// <summary>Gets the share of tasks that may fail.</summary>
    /// <value>0 to 1. The default is 0.</value>
    public double MaxFailedShare { get; init; }

    /// <summary>Gets the task to send where more have failed, once all have ended; <see langword="null"/> for none.</summary>
    /// <remarks>
    /// Its payload's <c>failures</c> becomes an array of <c>index, id, state, category, reason</c> of the first 100. It is not sent as soon as too
    /// many have failed: the others run on all the same, and who cleans up after them has to come last.
    /// </remarks>
    public object? OnError { get; init; }

    /// <summary>Gets the id that ties all its tasks to what caused them, or <see langword="null"/>.</summary>
    public string? CorrelationId { get; init; }
}

/// <summary>Tasks that run one after the other, as one child of a group: its result is that of the last.</summary>
/// <param name="Tasks">1 to 100 tasks.</param>
public sealed record TaskChain(IReadOnlyList<object> Tasks);

/// <summary>A task by its name, for callers that have no type for it.</summary>
/// <param name="Task">The name of a task that this app runs.</param>
/// <param name="Payload">A JSON object.</param>
public sealed record NamedTask(string Task, JsonElement Payload);
