namespace DurableTask.Core.History;

/// <summary>The execution was resumed.</summary>
public class ExecutionResumedEvent(int eventId, string? reason) : HistoryEvent(eventId)
{
    public override EventType EventType => EventType.ExecutionResumed;

    public string? Reason { get; set; } = reason;
}
