using System.Text.Json.Serialization;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;

namespace Celerity.LocalRuntime.Orchestration.History;

/// <summary>
/// One line of an orchestration's history. The kinds and their number are those of the Durable Task framework,
/// so that a history counted here is as long as in Azure.
/// </summary>
[JsonDerivedType(typeof(OrchestratorStarted), nameof(OrchestratorStarted))]
[JsonDerivedType(typeof(OrchestratorCompleted), nameof(OrchestratorCompleted))]
[JsonDerivedType(typeof(ExecutionStarted), nameof(ExecutionStarted))]
[JsonDerivedType(typeof(ExecutionCompleted), nameof(ExecutionCompleted))]
[JsonDerivedType(typeof(ExecutionSuspended), nameof(ExecutionSuspended))]
[JsonDerivedType(typeof(ExecutionResumed), nameof(ExecutionResumed))]
[JsonDerivedType(typeof(ExecutionTerminated), nameof(ExecutionTerminated))]
[JsonDerivedType(typeof(ExecutionRewound), nameof(ExecutionRewound))]
[JsonDerivedType(typeof(EventRaised), nameof(EventRaised))]
[JsonDerivedType(typeof(EventSent), nameof(EventSent))]
[JsonDerivedType(typeof(TaskScheduled), nameof(TaskScheduled))]
[JsonDerivedType(typeof(TaskCompleted), nameof(TaskCompleted))]
[JsonDerivedType(typeof(TaskFailed), nameof(TaskFailed))]
[JsonDerivedType(typeof(TimerCreated), nameof(TimerCreated))]
[JsonDerivedType(typeof(TimerFired), nameof(TimerFired))]
[JsonDerivedType(typeof(SubOrchestrationInstanceCreated), nameof(SubOrchestrationInstanceCreated))]
[JsonDerivedType(typeof(SubOrchestrationInstanceCompleted), nameof(SubOrchestrationInstanceCompleted))]
[JsonDerivedType(typeof(SubOrchestrationInstanceFailed), nameof(SubOrchestrationInstanceFailed))]
internal abstract record HistoryEvent
{
    public DateTime At { get; init; }
}

/// <summary>An episode begins; its time is the orchestrator's <c>CurrentUtcDateTime</c>.</summary>
internal sealed record OrchestratorStarted : HistoryEvent;

internal sealed record OrchestratorCompleted : HistoryEvent;

internal sealed record ExecutionStarted(
    string Name, string Version, string? Input, string ExecutionId, ParentLink? Parent, IReadOnlyDictionary<string, string>? Tags) : HistoryEvent
{
    /// <summary>Gets the W3C trace context of what started the orchestration, or <see langword="null"/>.</summary>
    public string? TraceParent { get; init; }

    public string? TraceState { get; init; }
}

internal sealed record ExecutionCompleted(OrchestrationRuntimeStatus Status, string? Result, TaskFailureDetails? Failure) : HistoryEvent;

internal sealed record ExecutionSuspended(string? Reason) : HistoryEvent;

internal sealed record ExecutionResumed(string? Reason) : HistoryEvent;

internal sealed record ExecutionTerminated(string? Output) : HistoryEvent;

/// <summary>A failed execution goes on from the history before it, which lacks what failed.</summary>
internal sealed record ExecutionRewound(string? Reason) : HistoryEvent;

internal sealed record EventRaised(string Name, string? Input) : HistoryEvent;

/// <summary>What the orchestrator asked for; replay must ask for the same under the same id.</summary>
internal abstract record ScheduledEvent(int Id, string Name) : HistoryEvent;

internal sealed record TaskScheduled(int Id, string Name, string Version) : ScheduledEvent(Id, Name);

internal sealed record TimerCreated(int Id, DateTime FireAt) : ScheduledEvent(Id, string.Empty);

internal sealed record SubOrchestrationInstanceCreated(int Id, string Name, string InstanceId, string Version) : ScheduledEvent(Id, Name);

internal sealed record EventSent(int Id, string Name, string InstanceId) : ScheduledEvent(Id, Name);

/// <summary>The answer to the <see cref="ScheduledEvent"/> with the id <paramref name="TaskId"/>.</summary>
internal abstract record ResultEvent(int TaskId) : HistoryEvent;

internal sealed record TaskCompleted(int TaskId, string? Result) : ResultEvent(TaskId);

internal sealed record TaskFailed(int TaskId, TaskFailureDetails Failure, bool NonRetriable) : ResultEvent(TaskId);

internal sealed record TimerFired(int TaskId) : ResultEvent(TaskId);

internal sealed record SubOrchestrationInstanceCompleted(int TaskId, string? Result) : ResultEvent(TaskId);

internal sealed record SubOrchestrationInstanceFailed(int TaskId, TaskFailureDetails Failure, bool NonRetriable) : ResultEvent(TaskId);

/// <summary>Where a sub-orchestration's result goes.</summary>
internal sealed record ParentLink(string InstanceId, string ExecutionId, string Name, int TaskId);
