namespace DurableTask.Core.History;

/// <summary>One line of an orchestration's history.</summary>
public abstract class HistoryEvent
{
    protected HistoryEvent(int eventId)
    {
        EventId = eventId;
    }

    /// <summary>Gets the number of what the orchestrator asked for; -1 for what it did not.</summary>
    public int EventId { get; private set; }

    public bool IsPlayed { get; set; }

    public DateTime Timestamp { get; set; }

    public abstract EventType EventType { get; }
}
