namespace DurableTask.Core.History;

/// <summary>An event came from outside.</summary>
public class EventRaisedEvent(int eventId, string? input) : HistoryEvent(eventId)
{
    public override EventType EventType => EventType.EventRaised;

    public string? Name { get; set; }

    public string? Input { get; set; } = input;
}
