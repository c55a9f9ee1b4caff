namespace DurableTask.Core;

/// <summary>How an execution ended.</summary>
public enum OrchestrationStatus
{
    Running,
    Completed,
    ContinuedAsNew,
    Failed,
    Canceled,
    Terminated,
    Pending,
    Suspended,
}
