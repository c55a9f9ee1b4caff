using Celerity.LocalRuntime.Orchestration.Entities;
using Celerity.LocalRuntime.Orchestration.History;
using Celerity.LocalRuntime.Orchestration.Replay;
using Celerity.LocalRuntime.Orchestration.Store;
using Microsoft.DurableTask;

namespace Celerity.LocalRuntime.Orchestration.Dispatch;

/// <summary>The user's orchestrators, activities and entities, wherever they live.</summary>
internal interface ITaskCode
{
    bool HasOrchestrator(string name);

    bool HasActivity(string name);

    EpisodeRules Rules => EpisodeRules.Default;

    /// <summary>Returns the failure of an orchestration that cannot be run, such as one of an unknown name, or <see langword="null"/>.</summary>
    /// <exception cref="WorkAbandonedException">It is left to another worker.</exception>
    ValueTask<TaskFailureDetails?> RefuseOrchestrationAsync(ExecutionStarted started, CancellationToken cancellationToken) =>
        ValueTask.FromResult(HasOrchestrator(started.Name) ? null : UnknownFunction.Failure(started.Name, "orchestrator"));

    /// <summary>Returns the failure of an activity that cannot be run, such as one of an unknown name, or <see langword="null"/>.</summary>
    /// <exception cref="WorkAbandonedException">It is left to another worker.</exception>
    TaskFailureDetails? RefuseActivity(ActivityCall call) => HasActivity(call.Name) ? null : UnknownFunction.Failure(call.Name, "activity");

    /// <summary>Returns the failure of the operations of an entity that cannot be run, such as one of an unknown name, or <see langword="null"/>.</summary>
    /// <exception cref="WorkAbandonedException">It is left to another worker.</exception>
    TaskFailureDetails? RefuseEntity(string name) => UnknownFunction.Failure(name, "entity");

    /// <summary>Finds the orchestrator and passes its body to <see cref="Episode.RunAsync"/>, once.</summary>
    Task RunOrchestratorAsync(Episode episode, CancellationToken cancellationToken);

    /// <summary>Runs an activity and returns its result as text.</summary>
    Task<string?> RunActivityAsync(ActivityCall call, CancellationToken cancellationToken);

    /// <summary>Finds the entity and passes its operations' code to <see cref="EntityBatch.RunAsync"/>, once.</summary>
    Task RunEntityAsync(EntityBatch batch, CancellationToken cancellationToken) =>
        throw new NotSupportedException($"There is no entity '{batch.Id.Name}'.");
}
