namespace DurableTask.Core.History;

/// <summary>An activity returned.</summary>
public class TaskCompletedEvent(int eventId, int taskScheduledId, string? result) : HistoryEvent(eventId)
{
    public override EventType EventType => EventType.TaskCompleted;

    public int TaskScheduledId { get; set; } = taskScheduledId;

    public string? Result { get; set; } = result;
}
