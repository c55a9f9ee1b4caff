namespace DurableTask.Core.History;

/// <summary>The failed execution was rewound.</summary>
public class ExecutionRewoundEvent(int eventId, string? reason) : HistoryEvent(eventId)
{
    public override EventType EventType => EventType.ExecutionRewound;

    public string? Reason { get; set; } = reason;
}
