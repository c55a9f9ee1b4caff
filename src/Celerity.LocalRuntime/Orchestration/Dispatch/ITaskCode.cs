using Celerity.LocalRuntime.Orchestration.Entities;
using Celerity.LocalRuntime.Orchestration.Replay;
using Celerity.LocalRuntime.Orchestration.Store;

namespace Celerity.LocalRuntime.Orchestration.Dispatch;

/// <summary>The user's orchestrators, activities and entities, wherever they live.</summary>
internal interface ITaskCode
{
    bool HasOrchestrator(string name);

    bool HasActivity(string name);

    bool HasEntity(string name) => false;

    /// <summary>Finds the orchestrator and passes its body to <see cref="Episode.RunAsync"/>, once.</summary>
    Task RunOrchestratorAsync(Episode episode, CancellationToken cancellationToken);

    /// <summary>Runs an activity and returns its result as text.</summary>
    Task<string?> RunActivityAsync(ActivityCall call, CancellationToken cancellationToken);

    /// <summary>Finds the entity and passes its operations' code to <see cref="EntityBatch.RunAsync"/>, once.</summary>
    Task RunEntityAsync(EntityBatch batch, CancellationToken cancellationToken) =>
        throw new NotSupportedException($"There is no entity '{batch.Id.Name}'.");
}
