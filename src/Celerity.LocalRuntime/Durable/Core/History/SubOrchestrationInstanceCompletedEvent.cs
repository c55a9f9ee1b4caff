namespace DurableTask.Core.History;

/// <summary>A called orchestrator returned.</summary>
public class SubOrchestrationInstanceCompletedEvent(int eventId, int taskScheduledId, string? result) : HistoryEvent(eventId)
{
    public override EventType EventType => EventType.SubOrchestrationInstanceCompleted;

    public int TaskScheduledId { get; set; } = taskScheduledId;

    public string? Result { get; set; } = result;
}
