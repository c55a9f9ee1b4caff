using System.Collections.Concurrent;
using Celerity.LocalRuntime.Orchestration.Store;
using Microsoft.DurableTask;

namespace Celerity.LocalRuntime.Orchestration.Dispatch;

/// <summary>A task hub as clients and the engine of one process share it: the store, and who wants to know of changes.</summary>
internal sealed class OrchestrationHub(string name, IOrchestrationStore store, DataConverter converter, TimeProvider time) : IDisposable
{
    private readonly ConcurrentDictionary<string, TaskCompletionSource> _watchers = new(StringComparer.Ordinal);

    /// <summary>Raised when there may be an instance to run.</summary>
    public event Action? InstancesReady;

    /// <summary>Raised when there may be an activity to run.</summary>
    public event Action? ActivitiesReady;

    /// <summary>Raised when there may be an entity to run.</summary>
    public event Action? EntitiesReady;

    public string Name { get; } = name;

    public IOrchestrationStore Store { get; } = store;

    /// <summary>Gets what makes one transaction of the engine's writes that come together.</summary>
    public StoreWriter Writer { get; } = new(store.Group);

    public DataConverter Converter { get; } = converter;

    public TimeProvider Time { get; } = time;

    public void SignalInstances() => InstancesReady?.Invoke();

    public void SignalActivities() => ActivitiesReady?.Invoke();

    public void SignalEntities() => EntitiesReady?.Invoke();

    /// <summary>Returns a task that ends when this process changes the instance. Take it before reading the instance.</summary>
    public Task WhenChangedAsync(string instanceId) =>
        _watchers.GetOrAdd(instanceId, _ => new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).Task;

    public void SignalChanged(string instanceId)
    {
        if (_watchers.TryRemove(instanceId, out var watcher))
        {
            watcher.TrySetResult();
        }
    }

    public void Dispose() => Store.Dispose();
}
