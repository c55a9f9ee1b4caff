using Celerity.LocalRuntime.Orchestration.Dispatch;
using Celerity.LocalRuntime.Orchestration.Entities;
using Celerity.LocalRuntime.Orchestration.History;
using Celerity.LocalRuntime.Orchestration.Replay;
using Celerity.LocalRuntime.Orchestration.Store;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Worker;
using Microsoft.Extensions.DependencyInjection;

namespace Celerity.LocalRuntime.Durable.PlainHosting;

/// <summary>A worker's registered tasks as the engine calls them, by the SDK's rules.</summary>
internal sealed class RegisteredTasks(
    DurableTaskRegistry registry,
    IServiceProvider services,
    DurableTaskWorkerOptions options,
    DurableTaskWorkerWorkItemFilters? filters,
    IExceptionPropertiesProvider? exceptionProperties) : ITaskCode
{
    public EpisodeRules Rules { get; } = new()
    {
        Converter = options.DataConverter,
        LongestTimer = options.MaximumTimerInterval,
        SubOrchestrationVersion = options.Versioning?.DefaultVersion,
        ExceptionProperties = exceptionProperties,
        HasEntities = options.EnableEntitySupport,
    };

    public bool HasOrchestrator(string name) => registry.Orchestrators.Contains(name);

    public bool HasActivity(string name) => registry.Activities.Contains(name);

    public async ValueTask<TaskFailureDetails?> RefuseOrchestrationAsync(ExecutionStarted started, CancellationToken cancellationToken)
    {
        if (filters?.TakesOrchestration(started.Name, started.Version) == false || !await IsValidAsync(started, cancellationToken).ConfigureAwait(false))
        {
            throw new WorkAbandonedException($"This worker does not take the orchestration '{started.Name}' of version '{started.Version}'.");
        }

        return VersionMatch.RefusalOf(started.Version, options.Versioning)
            ?? (registry.Orchestrators.Find(started.Name, started.Version) is null
                ? new TaskFailureDetails("OrchestratorTaskNotFound", $"No orchestrator task named '{started.Name}' was found.", null, null, null)
                : null);
    }

    public TaskFailureDetails? RefuseActivity(ActivityCall call) => filters?.TakesActivity(call.Name, call.Version) == false
        ? throw new WorkAbandonedException($"This worker does not take the activity '{call.Name}' of version '{call.Version}'.")
        : registry.Activities.Find(call.Name, call.Version) is null
            ? new TaskFailureDetails("ActivityTaskNotFound", $"No activity task named '{call.Name}' was found.", null, null, null)
            : null;

    public TaskFailureDetails? RefuseEntity(string name) => filters?.TakesEntity(name) == false
        ? throw new WorkAbandonedException($"This worker does not take the entity '{name}'.")
        : registry.Entities.Find(name, string.Empty) is null
            ? new TaskFailureDetails("EntityTaskNotFound", $"No entity task named '{name}' was found.", null, null, null)
            : null;

    public async Task RunOrchestratorAsync(Episode episode, CancellationToken cancellationToken)
    {
        var scope = services.CreateAsyncScope();
        await using var disposal = scope.ConfigureAwait(false);
        await episode.RunAsync(() =>
        {
            var orchestrator = registry.Orchestrators.Find(episode.Started.Name, episode.Started.Version)!(scope.ServiceProvider);
            return orchestrator.RunAsync(episode.Context, episode.Context.ReadInput(orchestrator.InputType));
        }).ConfigureAwait(false);
    }

    public async Task<string?> RunActivityAsync(ActivityCall call, CancellationToken cancellationToken)
    {
        var scope = services.CreateAsyncScope();
        await using var disposal = scope.ConfigureAwait(false);
        var activity = registry.Activities.Find(call.Name, call.Version)!(scope.ServiceProvider);
        var input = call.Input is null ? TaskInput.Missing(activity.InputType) : options.DataConverter.Deserialize(call.Input, activity.InputType);
        return options.DataConverter.Serialize(await activity.RunAsync(new ActivityCallContext(call), input).ConfigureAwait(false));
    }

    public async Task RunEntityAsync(EntityBatch batch, CancellationToken cancellationToken)
    {
        var scope = services.CreateAsyncScope();
        await using var disposal = scope.ConfigureAwait(false);
        await batch.RunAsync(registry.Entities.Find(batch.Id.Name, string.Empty)!(scope.ServiceProvider).RunAsync).ConfigureAwait(false);
    }

#pragma warning disable CS0618 // Whoever sets a filter has been told that it is experimental.
    private ValueTask<bool> IsValidAsync(ExecutionStarted started, CancellationToken cancellationToken) =>
        (options.OrchestrationFilter ?? services.GetService<IOrchestrationFilter>()) is { } filter
            ? filter.IsOrchestrationValidAsync(new OrchestrationFilterParameters { Name = started.Name, Tags = started.Tags }, cancellationToken)
            : ValueTask.FromResult(true);
#pragma warning restore CS0618
}
