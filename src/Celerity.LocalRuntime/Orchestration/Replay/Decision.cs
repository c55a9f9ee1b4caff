using Celerity.LocalRuntime.Orchestration.Entities;
using Celerity.LocalRuntime.Orchestration.History;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;

namespace Celerity.LocalRuntime.Orchestration.Replay;

/// <summary>Something the orchestrator asked for in this episode and that is not in its history yet.</summary>
/// <param name="Event">What the history will say.</param>
/// <param name="Payload">The input or event payload, which history does not keep.</param>
/// <param name="Tags">The tags of a called task, or <see langword="null"/>.</param>
/// <param name="ToEntity">What goes to an entity, or <see langword="null"/>.</param>
internal sealed record Decision(
    ScheduledEvent Event, string? Payload, IReadOnlyDictionary<string, string>? Tags = null, OutgoingEntityMessage? ToEntity = null);

/// <summary>How an execution ended.</summary>
internal sealed record Completion(OrchestrationRuntimeStatus Status, string? Output, TaskFailureDetails? Failure = null, bool NonRetriable = false)
{
    public static Completion Failed(TaskFailureDetails failure, bool nonRetriable = false) =>
        new(OrchestrationRuntimeStatus.Failed, failure.ToString(), failure, nonRetriable);
}

/// <summary>The next execution of an instance that continues as new.</summary>
internal sealed record Continuation(string? Input, string? Version, bool KeepsEvents);
