namespace Microsoft.DurableTask.Entities;

/// <summary>Runs the operations of an entity, one at a time.</summary>
public interface ITaskEntity
{
    ValueTask<object?> RunAsync(TaskEntityOperation operation);
}
