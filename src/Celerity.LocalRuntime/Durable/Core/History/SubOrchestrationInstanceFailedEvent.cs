namespace DurableTask.Core.History;

/// <summary>A called orchestrator failed.</summary>
public class SubOrchestrationInstanceFailedEvent(int eventId, int taskScheduledId, string? reason, string? details, FailureDetails? failureDetails = null) : HistoryEvent(eventId)
{
    public override EventType EventType => EventType.SubOrchestrationInstanceFailed;

    public int TaskScheduledId { get; set; } = taskScheduledId;

    public string? Reason { get; set; } = reason;

    public string? Details { get; set; } = details;

    public FailureDetails? FailureDetails { get; set; } = failureDetails;
}
