namespace DurableTask.Core.History;

/// <summary>The execution was suspended.</summary>
public class ExecutionSuspendedEvent(int eventId, string? reason) : HistoryEvent(eventId)
{
    public override EventType EventType => EventType.ExecutionSuspended;

    public string? Reason { get; set; } = reason;
}
