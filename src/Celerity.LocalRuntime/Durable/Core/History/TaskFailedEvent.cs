namespace DurableTask.Core.History;

/// <summary>An activity failed.</summary>
public class TaskFailedEvent(int eventId, int taskScheduledId, string? reason, string? details, FailureDetails? failureDetails = null) : HistoryEvent(eventId)
{
    public override EventType EventType => EventType.TaskFailed;

    public int TaskScheduledId { get; set; } = taskScheduledId;

    public string? Reason { get; set; } = reason;

    public string? Details { get; set; } = details;

    public FailureDetails? FailureDetails { get; set; } = failureDetails;
}
