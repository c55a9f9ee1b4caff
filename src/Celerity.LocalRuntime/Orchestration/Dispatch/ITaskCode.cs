using Celerity.LocalRuntime.Orchestration.Replay;
using Celerity.LocalRuntime.Orchestration.Store;

namespace Celerity.LocalRuntime.Orchestration.Dispatch;

/// <summary>The user's orchestrators and activities, wherever they live.</summary>
internal interface ITaskCode
{
    bool HasOrchestrator(string name);

    bool HasActivity(string name);

    /// <summary>Tells whether an orchestrator of this name takes this version; where versions are not told apart, all do.</summary>
    bool HasOrchestrator(string name, string version) => HasOrchestrator(name);

    /// <summary>Tells whether an activity of this name takes this version; where versions are not told apart, all do.</summary>
    bool HasActivity(string name, string version) => HasActivity(name);

    /// <summary>Finds the orchestrator and passes its body to <see cref="Episode.RunAsync"/>, once.</summary>
    Task RunOrchestratorAsync(Episode episode, CancellationToken cancellationToken);

    /// <summary>Runs an activity and returns its result as text.</summary>
    Task<string?> RunActivityAsync(ActivityCall call, CancellationToken cancellationToken);
}
