using Celerity.LocalRuntime.Orchestration.History;
using Celerity.LocalRuntime.Orchestration.Store;
using DurableTask.Core;
using DurableTask.Core.History;
using Microsoft.DurableTask;
using HistoryEvent = DurableTask.Core.History.HistoryEvent;
using StoredEvent = Celerity.LocalRuntime.Orchestration.History.HistoryEvent;

namespace Celerity.LocalRuntime.Durable.Client;

/// <summary>Stored history as the types of the Durable Task framework, which the client's API gives out.</summary>
internal static class PublicHistory
{
    // The framework's number for events that answer nothing of the orchestrator's.
    private const int None = -1;

    public static HistoryEvent Of(StoredEvent stored, InstanceRow row)
    {
        var item = Convert(stored, row);
        item.Timestamp = stored.At;
        return item;
    }

    private static HistoryEvent Convert(StoredEvent stored, InstanceRow row) => stored switch
    {
        OrchestratorStarted => new OrchestratorStartedEvent(None),
        OrchestratorCompleted => new OrchestratorCompletedEvent(None),
        ExecutionStarted started => new ExecutionStartedEvent(None, started.Input)
        {
            Name = started.Name,
            Version = started.Version,
            OrchestrationInstance = new OrchestrationInstance { InstanceId = row.Id, ExecutionId = started.ExecutionId },
            ParentInstance = started.Parent is { } parent ? Of(parent) : null,
            Tags = started.Tags is null ? null : new Dictionary<string, string>(started.Tags),
            ScheduledStartTime = row.StartAt?.UtcDateTime,
        },
        ExecutionCompleted ended => new ExecutionCompletedEvent(None, ended.Result, (OrchestrationStatus)ended.Status, Of(ended.Failure)),
        ExecutionTerminated terminated => new ExecutionTerminatedEvent(None, terminated.Output),
        ExecutionSuspended suspended => new ExecutionSuspendedEvent(None, suspended.Reason),
        ExecutionResumed resumed => new ExecutionResumedEvent(None, resumed.Reason),
        ExecutionRewound rewound => new ExecutionRewoundEvent(None, rewound.Reason),
        EventRaised raised => new EventRaisedEvent(None, raised.Input) { Name = raised.Name },
        EventSent sent => new EventSentEvent(sent.Id) { InstanceId = sent.InstanceId, Name = sent.Name },
        TaskScheduled task => new TaskScheduledEvent(task.Id, task.Name, task.Version),
        TaskCompleted completed => new TaskCompletedEvent(None, completed.TaskId, completed.Result),
        TaskFailed failed => new TaskFailedEvent(
            None, failed.TaskId, failed.Failure.ErrorMessage, failed.Failure.StackTrace, Of(failed.Failure, failed.NonRetriable)),
        TimerCreated timer => new TimerCreatedEvent(timer.Id, timer.FireAt),
        TimerFired fired => new TimerFiredEvent(None, fired.At) { TimerId = fired.TaskId },
        SubOrchestrationInstanceCreated child => new SubOrchestrationInstanceCreatedEvent(child.Id)
        {
            Name = child.Name,
            Version = child.Version,
            InstanceId = child.InstanceId,
        },
        SubOrchestrationInstanceCompleted completed => new SubOrchestrationInstanceCompletedEvent(None, completed.TaskId, completed.Result),
        SubOrchestrationInstanceFailed failed => new SubOrchestrationInstanceFailedEvent(
            None, failed.TaskId, failed.Failure.ErrorMessage, failed.Failure.StackTrace, Of(failed.Failure, failed.NonRetriable)),
        _ => throw new InvalidOperationException($"No event of the framework stands for {stored.GetType().Name}."),
    };

    private static ParentInstance Of(ParentLink parent) => new()
    {
        Name = parent.Name,
        TaskScheduleId = parent.TaskId,
        OrchestrationInstance = new OrchestrationInstance { InstanceId = parent.InstanceId, ExecutionId = parent.ExecutionId },
    };

    private static FailureDetails? Of(TaskFailureDetails? failure, bool nonRetriable = false) => failure is null
        ? null
        : new FailureDetails(
            failure.ErrorType, failure.ErrorMessage, failure.StackTrace, Of(failure.InnerFailure), nonRetriable, failure.Properties);
}
