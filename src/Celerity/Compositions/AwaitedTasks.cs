using System.Globalization;
using System.Text.Json;

namespace Celerity.Compositions;

/// <summary>Tasks to send, and to wait for.</summary>
/// <param name="Count">How many there are.</param>
internal sealed record AwaitedTasks(int Count)
{
    /// <summary>How many tasks a kept part has: ten pages of the ledger.</summary>
    public const int PartTasks = 10 * Groups.GroupKeys.PageTasks;

    /// <summary>Gets the tasks themselves, where they are few; else they are kept in parts of <see cref="PartTasks"/>.</summary>
    public IReadOnlyList<AwaitedTask>? Inline { get; init; }

    public string? CorrelationId { get; init; }

    /// <summary>Gets the groups whose results the only task is given.</summary>
    public IReadOnlyList<string> ResultsOf { get; init; } = [];

    /// <summary>Gets whether the results are wanted.</summary>
    public bool WantsResults { get; init; }

    /// <summary>Gets how long the results are kept, as those say that were looked at so far.</summary>
    public TimeSpan ResultTtl { get; init; }

    /// <summary>Gets the step of the workflow's document that awaits them, a JSON pointer; <see langword="null"/> where none does.</summary>
    public string? Step { get; init; }

    /// <summary>Gets the place in the step of the first of them; <see langword="null"/> where the step is all of them.</summary>
    public int? FirstMember { get; init; }

    /// <summary>Gets the group, once it is there.</summary>
    public string? Group { get; init; }

    /// <summary>Gets the group of the generation before of which tasks are taken over, or <see langword="null"/>.</summary>
    public string? Before { get; init; }

    /// <summary>Gets how many parts have been sent.</summary>
    public int Sent { get; init; }

    /// <summary>Gets whether tasks were taken over that had not ended.</summary>
    public bool HasAdopted { get; init; }

    public int PartCount => (Count + PartTasks - 1) / PartTasks;

    /// <summary>The place in the workflow's document of one of them.</summary>
    public string? StepOf(int index) => FirstMember is { } first ? string.Create(CultureInfo.InvariantCulture, $"{Step}/{first + index}") : Step;
}

/// <summary>A task as a pipeline names it; of several, each follows the one before.</summary>
internal sealed record AwaitedTask(IReadOnlyList<AwaitedLink> Links);

/// <summary>A task by its name.</summary>
internal sealed record AwaitedLink(string Task, JsonElement Payload)
{
    public NamedTask ToTask() => new(Task, Payload);
}

/// <summary>A task that failed.</summary>
internal sealed record AwaitedFailure(int Index, string Id, TaskState State, ErrorCategory? Category, string? Reason);
