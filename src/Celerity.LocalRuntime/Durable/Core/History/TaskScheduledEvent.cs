namespace DurableTask.Core.History;

/// <summary>The orchestrator called an activity.</summary>
public class TaskScheduledEvent(int eventId, string? name = null, string? version = null, string? input = null) : HistoryEvent(eventId)
{
    public override EventType EventType => EventType.TaskScheduled;

    public string? Name { get; set; } = name;

    public string? Version { get; set; } = version;

    public string? Input { get; set; } = input;
}
