namespace DurableTask.Core;

/// <summary>An execution of an instance.</summary>
public class OrchestrationInstance
{
    public string? InstanceId { get; set; }

    public string? ExecutionId { get; set; }
}
