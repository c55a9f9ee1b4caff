using Celerity.LocalRuntime.Durable;

namespace Microsoft.DurableTask;

/// <summary>An activity that is a class. Each call gets an instance of its own, with services from the container.</summary>
public abstract class TaskActivity<TInput, TOutput> : ITaskActivity
{
    Type ITaskActivity.InputType => typeof(TInput);

    Type ITaskActivity.OutputType => typeof(TOutput);

    public abstract Task<TOutput?> RunAsync(TaskActivityContext context, TInput? input);

    async Task<object?> ITaskActivity.RunAsync(TaskActivityContext context, object? input)
    {
        ArgumentNullException.ThrowIfNull(context);
        return await RunAsync(context, TaskInput.Cast<TInput>(input)).ConfigureAwait(false);
    }
}
