namespace Celerity;

/// <summary>Which tasks to list: those that fit all that is given.</summary>
/// <remarks>
/// Queue, correlation id, tag, run and text are those of the stored send: tasks of which none is stored (tracking below <see cref="TaskTracking.Full"/>, a
/// message sent by somebody else) fit none of them. Tag, run and text are looked for in the messages, so such a list reads more, and longer.
/// </remarks>
public sealed record TaskListQuery
{
    /// <summary>Gets the state they are in, or <see langword="null"/> for any.</summary>
    public TaskState? State { get; init; }

    /// <summary>Gets their name, without regard to case, or <see langword="null"/> for any.</summary>
    public string? Task { get; init; }

    /// <summary>Gets the queue they were sent to, or <see langword="null"/> for any.</summary>
    public string? Queue { get; init; }

    /// <summary>Gets a tag that they have, or <see langword="null"/> for any.</summary>
    public string? Tag { get; init; }

    /// <summary>Gets the run they belong to, or <see langword="null"/> for any.</summary>
    public string? Run { get; init; }

    /// <summary>Gets the id that ties them to what caused them, or <see langword="null"/> for any.</summary>
    public string? CorrelationId { get; init; }

    /// <summary>Gets the time from which on they were sent, or <see langword="null"/> for no bound.</summary>
    public DateTimeOffset? From { get; init; }

    /// <summary>Gets the time before which they were sent, or <see langword="null"/> for no bound.</summary>
    public DateTimeOffset? To { get; init; }

    /// <summary>Gets what stands somewhere in their payload's JSON, without regard to case, or <see langword="null"/> for anything.</summary>
    /// <value>1 to 200 characters. Not looked for in secrets, nor in payloads that lie in blobs or have more than 1 MiB.</value>
    public string? Text { get; init; }

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
