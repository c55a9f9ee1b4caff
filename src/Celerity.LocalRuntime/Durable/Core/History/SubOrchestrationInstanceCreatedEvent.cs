namespace DurableTask.Core.History;

/// <summary>The orchestrator called another one.</summary>
public class SubOrchestrationInstanceCreatedEvent(int eventId) : HistoryEvent(eventId)
{
    public override EventType EventType => EventType.SubOrchestrationInstanceCreated;

    public string? Name { get; set; }

    public string? Version { get; set; }

    public string? InstanceId { get; set; }

    public string? Input { get; set; }
}
