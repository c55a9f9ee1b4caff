namespace DurableTask.Core.History;

/// <summary>A timer fired.</summary>
public class TimerFiredEvent(int eventId, DateTime fireAt = default) : HistoryEvent(eventId)
{
    public override EventType EventType => EventType.TimerFired;

    public int TimerId { get; set; }

    public DateTime FireAt { get; set; } = fireAt;
}
