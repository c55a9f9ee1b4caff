namespace Celerity;

/// <summary>Which tasks to list.</summary>
public sealed record TaskListQuery
{
    /// <summary>Gets the state they are in, or <see langword="null"/> for any.</summary>
    public TaskState? State { get; init; }

    /// <summary>Gets their name, or <see langword="null"/> for any.</summary>
    public string? Task { get; init; }

    /// <summary>Gets where to go on: <see cref="TaskPage.Next"/> of the page before, or a task's id; <see langword="null"/> for the newest.</summary>
    public string? After { get; init; }

    /// <summary>Gets how many to list at most.</summary>
    /// <value>1 to 200. The default is 50.</value>
    public int Limit { get; init; } = 50;
}

/// <summary>One page of tasks, the newest first.</summary>
/// <param name="Tasks">The tasks, without results and failures.</param>
/// <param name="Next">Where the next page begins; <see langword="null"/> where there is none.</param>
public sealed record TaskPage(IReadOnlyList<TaskRecord> Tasks, string? Next);
