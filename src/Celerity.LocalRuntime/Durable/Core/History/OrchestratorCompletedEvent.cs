namespace DurableTask.Core.History;

/// <summary>An episode ended.</summary>
public class OrchestratorCompletedEvent(int eventId) : HistoryEvent(eventId)
{
    public override EventType EventType => EventType.OrchestratorCompleted;
}
