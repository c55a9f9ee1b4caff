using Celerity.LocalRuntime.Orchestration.History;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;

namespace Celerity.LocalRuntime.Orchestration.Store;

/// <summary>An orchestration instance as it is stored.</summary>
internal sealed record InstanceRow
{
    public required string Id { get; init; }

    public required string Name { get; init; }

    public required string Version { get; init; }

    /// <summary>Gets the id of the current execution; an instance that continues as new or is replaced gets another one.</summary>
    public required string ExecutionId { get; init; }

    public OrchestrationRuntimeStatus Status { get; init; } = OrchestrationRuntimeStatus.Pending;

    public string? Input { get; init; }

    public string? Output { get; init; }

    public string? CustomStatus { get; init; }

    public TaskFailureDetails? Failure { get; init; }

    public ParentLink? Parent { get; init; }

    public IReadOnlyDictionary<string, string>? Tags { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    public required DateTimeOffset UpdatedAt { get; init; }

    /// <summary>Gets the instant before which it does not start, or <see langword="null"/>.</summary>
    public DateTimeOffset? StartAt { get; init; }

    /// <summary>Gets how many events the current execution's history has.</summary>
    public int HistoryCount { get; init; }

    /// <summary>Gets the most events that any execution of this instance has had.</summary>
    public int HistoryPeak { get; init; }

    public bool IsTerminal => IsTerminalStatus(Status);

    public static bool IsTerminalStatus(OrchestrationRuntimeStatus status) => status is
        OrchestrationRuntimeStatus.Completed or OrchestrationRuntimeStatus.Failed or OrchestrationRuntimeStatus.Terminated;
}
