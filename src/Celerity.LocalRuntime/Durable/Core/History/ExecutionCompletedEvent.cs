namespace DurableTask.Core.History;

/// <summary>The execution ended.</summary>
public class ExecutionCompletedEvent(int eventId, string? result, OrchestrationStatus orchestrationStatus, FailureDetails? failureDetails = null) : HistoryEvent(eventId)
{
    public override EventType EventType => EventType.ExecutionCompleted;

    public OrchestrationStatus OrchestrationStatus { get; set; } = orchestrationStatus;

    public string? Result { get; set; } = result;

    public FailureDetails? FailureDetails { get; set; } = failureDetails;
}
