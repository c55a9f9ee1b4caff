namespace DurableTask.Core.History;

/// <summary>The orchestrator set a timer.</summary>
public class TimerCreatedEvent(int eventId, DateTime fireAt = default) : HistoryEvent(eventId)
{
    public override EventType EventType => EventType.TimerCreated;

    public DateTime FireAt { get; set; } = fireAt;
}
