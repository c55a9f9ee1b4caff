namespace Microsoft.DurableTask.Entities;

/// <summary>An entity's state as the current operation sees it.</summary>
public abstract class TaskEntityState
{
    public abstract bool HasState { get; }

    public virtual T? GetState<T>(T? defaultValue = default) => HasState ? (T?)GetState(typeof(T)) : defaultValue;

    public abstract object? GetState(Type type);

    /// <summary>Sets the state; <see langword="null"/> deletes the entity.</summary>
    /// <param name="state">The new state.</param>
    public abstract void SetState(object? state);
}
