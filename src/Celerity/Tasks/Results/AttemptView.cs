namespace Celerity.Tasks.Results;

/// <summary>One attempt of a task.</summary>
/// <param name="Attempt">1 on the first.</param>
/// <param name="State"><c>failed</c>, <c>running</c>, or how the task ended by it.</param>
internal sealed record AttemptView(int Attempt, string State)
{
    /// <summary>Gets when it began, where that is known.</summary>
    public DateTimeOffset? StartedAt { get; init; }

    /// <summary>Gets when it ended; <see langword="null"/> while it runs.</summary>
    public DateTimeOffset? EndedAt { get; init; }

    /// <summary>Gets how long its handler ran, in seconds, where that is known.</summary>
    public double? Seconds { get; init; }

    /// <summary>Gets the machine, where that is known.</summary>
    public string? Host { get; init; }

    /// <summary>Gets its failure; <see langword="null"/> where it did not fail.</summary>
    public TaskFailure? Failure { get; init; }

    /// <summary>The attempts of a task, the first at first.</summary>
    public static IReadOnlyList<AttemptView> Of(TaskRecord task)
    {
        var attempts = task.Failures.Select(failure => new AttemptView(failure.Attempt, "failed")
        {
            StartedAt = failure.At - failure.Duration,
            EndedAt = failure.At,
            Seconds = failure.Duration?.TotalSeconds,
            Host = failure.Host,
            Failure = failure,
        }).ToList();
        if (task.State is TaskState.Running or TaskState.Succeeded or TaskState.Discarded && task.StartedAt is { } start)
        {
            attempts.Add(new AttemptView(task.Attempt, task.State.ToString().ToLowerInvariant())
            {
                StartedAt = start,
                EndedAt = task.EndedAt,
                Seconds = (task.EndedAt - start)?.TotalSeconds,
                Host = task.Host,
            });
        }

        return attempts;
    }
}
