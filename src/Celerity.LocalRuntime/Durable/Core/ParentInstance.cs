namespace DurableTask.Core;

/// <summary>The orchestration that called another one.</summary>
public class ParentInstance
{
    public string? Name { get; set; }

    public OrchestrationInstance? OrchestrationInstance { get; set; }

    public int TaskScheduleId { get; set; }

    public string? Version { get; set; }
}
