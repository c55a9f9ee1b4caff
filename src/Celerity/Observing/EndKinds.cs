namespace Celerity.Observing;

/// <summary>The events that are ends.</summary>
internal static class EndKinds
{
    public static IReadOnlyList<TaskEventKind> All { get; } =
        [TaskEventKind.Succeeded, TaskEventKind.DeadLettered, TaskEventKind.Revoked, TaskEventKind.Expired, TaskEventKind.Discarded];

    public static TaskEventKind Of(TaskState ended) => ended switch
    {
        TaskState.Succeeded => TaskEventKind.Succeeded,
        TaskState.DeadLettered => TaskEventKind.DeadLettered,
        TaskState.Revoked => TaskEventKind.Revoked,
        TaskState.Expired => TaskEventKind.Expired,
        TaskState.Discarded => TaskEventKind.Discarded,
        _ => throw new InvalidOperationException($"{ended} is no end."),
    };
}
