namespace DurableTask.Core.History;

/// <summary>An episode began.</summary>
public class OrchestratorStartedEvent(int eventId) : HistoryEvent(eventId)
{
    public override EventType EventType => EventType.OrchestratorStarted;
}
