namespace DurableTask.Core.History;

/// <summary>The execution began.</summary>
public class ExecutionStartedEvent(int eventId, string? input) : HistoryEvent(eventId)
{
    public override EventType EventType => EventType.ExecutionStarted;

    public OrchestrationInstance? OrchestrationInstance { get; set; }

    public ParentInstance? ParentInstance { get; set; }

    public string? Name { get; set; }

    public string? Version { get; set; }

    public string? Input { get; set; } = input;

    public IDictionary<string, string>? Tags { get; set; }

    public DateTime? ScheduledStartTime { get; set; }
}
