using Celerity.LocalRuntime.Durable.Entities;
using Celerity.LocalRuntime.Orchestration.Entities;
using Microsoft.DurableTask.Entities;
using Microsoft.Extensions.DependencyInjection;

namespace Microsoft.Azure.Functions.Worker;

/// <summary>Runs the operations that wait for an entity. Call it once; what it returns ends when they have run.</summary>
public sealed class TaskEntityDispatcher
{
    private readonly EntityBatch _batch;
    private readonly IServiceProvider _services;

    internal TaskEntityDispatcher(EntityBatch batch, IServiceProvider services)
    {
        _batch = batch;
        _services = services;
    }

    /// <summary>Runs them on an entity class, made with its services, or, for any other type, on the state itself.</summary>
    /// <typeparam name="T">The entity class or the state.</typeparam>
    /// <returns>A task for their end.</returns>
    public Task DispatchAsync<T>() => DispatchAsync(typeof(T).IsAssignableTo(typeof(ITaskEntity))
        ? (ITaskEntity)(object)ActivatorUtilities.GetServiceOrCreateInstance<T>(_services)!
        : new StateEntity<T>());

    public Task DispatchAsync(ITaskEntity entity)
    {
        ArgumentNullException.ThrowIfNull(entity);
        return _batch.RunAsync(entity.RunAsync);
    }

    public Task DispatchAsync(Func<TaskEntityOperation, ValueTask<object?>> handler)
    {
        ArgumentNullException.ThrowIfNull(handler);
        return _batch.RunAsync(handler);
    }
}
