namespace Microsoft.DurableTask.Worker;

/// <summary>Says which orchestrations a worker runs; the others are left to other workers.</summary>
[Obsolete("Experimental")]
public interface IOrchestrationFilter
{
    ValueTask<bool> IsOrchestrationValidAsync(OrchestrationFilterParameters info, CancellationToken cancellationToken = default);
}
