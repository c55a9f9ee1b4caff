using Celerity.LocalRuntime.Durable.Entities;
using Celerity.LocalRuntime.Orchestration.Entities;

namespace Microsoft.DurableTask.Entities;

/// <summary>
/// An entity whose operations are the public methods of the derived class. A parameter gets, by its type, the context,
/// the operation, or else the input.
/// </summary>
public abstract class TaskEntity<TState> : ITaskEntity
{
    private const string Delete = "delete";

    /// <summary>Gets a value indicating whether public methods of the state are operations too.</summary>
    protected virtual bool AllowStateDispatch => false;

    /// <summary>Gets or sets the state; <see langword="null"/> at the end of an operation deletes the entity.</summary>
    protected TState? State { get; set; }

    protected TaskEntityContext Context { get; private set; } = null!;

    public async ValueTask<object?> RunAsync(TaskEntityOperation operation)
    {
        ArgumentNullException.ThrowIfNull(operation);
        Context = operation.Context;
        State = operation.State.GetState(typeof(TState)) is { } stored ? (TState)stored : InitializeState(operation);
        if (operation.FindMethod(this) is { } own)
        {
            return await RunAsync(operation, own, this).ConfigureAwait(false);
        }

        if (AllowStateDispatch)
        {
            object state = State ?? throw new InvalidOperationException(
                $"The operation '{operation.Name}' cannot be dispatched to the state of '{Context.Id}': it is null.");
            if (operation.FindMethod(state) is { } method)
            {
                return await RunAsync(operation, method, state).ConfigureAwait(false);
            }
        }

        if (!string.Equals(operation.Name, Delete, StringComparison.OrdinalIgnoreCase))
        {
            throw new NotSupportedException($"No suitable method found for entity operation '{operation}'.");
        }

        operation.State.SetState(null);
        return null;
    }

    /// <summary>Makes the state of an entity that has none: a new object of the type.</summary>
    /// <param name="entityOperation">The first operation.</param>
    /// <returns>The state.</returns>
    protected virtual TState? InitializeState(TaskEntityOperation entityOperation) => Nullable.GetUnderlyingType(typeof(TState)) is { } type
        ? (TState?)Activator.CreateInstance(type)
        : Activator.CreateInstance<TState>();

    private async ValueTask<object?> RunAsync(TaskEntityOperation operation, EntityMethod method, object target)
    {
        try
        {
            var result = await method.InvokeAsync(operation, target).ConfigureAwait(false);
            Keep(operation, target);
            return result;
        }
        catch when (operation is BatchOperation { KeepsEffectsOfFailure: true })
        {
            Keep(operation, target);
            throw;
        }
    }

    // A state that is a value type was dispatched to as a box, which has what the method changed.
    private void Keep(TaskEntityOperation operation, object target) =>
        operation.State.SetState(!ReferenceEquals(target, this) && typeof(TState).IsValueType ? target : State);
}
