namespace DurableTask.Core.History;

/// <summary>The orchestrator sent an event.</summary>
public class EventSentEvent(int eventId) : HistoryEvent(eventId)
{
    public override EventType EventType => EventType.EventSent;

    public string? InstanceId { get; set; }

    public string? Name { get; set; }

    public string? Input { get; set; }
}
