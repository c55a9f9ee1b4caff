using System.Collections.Concurrent;
using Celerity.LocalRuntime.Orchestration.Dispatch;
using Celerity.LocalRuntime.Orchestration.Entities;
using Celerity.LocalRuntime.Orchestration.Replay;
using Celerity.LocalRuntime.Orchestration.Store;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Converters;
using Microsoft.DurableTask.Entities;

namespace Celerity.LocalRuntime.Tests.Orchestration;

/// <summary>Orchestrators, activities and entities as delegates of a test.</summary>
internal sealed class DelegateCode : ITaskCode
{
    private readonly ConcurrentDictionary<string, Func<TaskOrchestrationContext, Task<object?>>> _orchestrators = new(StringComparer.OrdinalIgnoreCase);
    private readonly ConcurrentDictionary<string, Func<string?, CancellationToken, Task<object?>>> _activities = new(StringComparer.OrdinalIgnoreCase);
    private readonly ConcurrentDictionary<string, Func<TaskEntityOperation, CancellationToken, ValueTask<object?>>> _entities = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>Gets the calls of activities in the order in which they began, as "name:input".</summary>
    public ConcurrentQueue<string> Calls { get; } = new();

    public DelegateCode Orchestrator(string name, Func<TaskOrchestrationContext, Task<object?>> body)
    {
        _orchestrators[name] = body;
        return this;
    }

    public DelegateCode Activity<T>(string name, Func<T, object?> body) => Activity<T>(name, (input, _) => Task.FromResult(body(input)));

    public DelegateCode Activity<T>(string name, Func<T, CancellationToken, Task<object?>> body)
    {
        _activities[name] = (input, cancellationToken) => body(JsonDataConverter.Default.Deserialize<T>(input)!, cancellationToken);
        return this;
    }

    public DelegateCode Entity(string name, Func<TaskEntityOperation, ValueTask<object?>> body) => Entity(name, (operation, _) => body(operation));

    public DelegateCode Entity(string name, Func<TaskEntityOperation, CancellationToken, ValueTask<object?>> body)
    {
        _entities[name] = body;
        return this;
    }

    public DelegateCode Entity(string name, Func<ITaskEntity> make) => Entity(name, operation => make().RunAsync(operation));

    public bool HasOrchestrator(string name) => _orchestrators.ContainsKey(name);

    public bool HasActivity(string name) => _activities.ContainsKey(name);

    public TaskFailureDetails? RefuseEntity(string name) => _entities.ContainsKey(name) ? null : UnknownFunction.Failure(name, "entity");

    public Task RunEntityAsync(EntityBatch batch, CancellationToken cancellationToken) =>
        batch.RunAsync(operation => _entities[batch.Id.Name](operation, cancellationToken));

    public Task RunOrchestratorAsync(Episode episode, CancellationToken cancellationToken) =>
        episode.RunAsync(() => _orchestrators[episode.Started.Name](episode.Context));

    public async Task<string?> RunActivityAsync(ActivityCall call, CancellationToken cancellationToken)
    {
        Calls.Enqueue($"{call.Name}:{call.Input}");
        return JsonDataConverter.Default.Serialize(await _activities[call.Name](call.Input, cancellationToken));
    }
}
