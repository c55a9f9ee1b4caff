using Celerity.LocalRuntime.Durable;

namespace Microsoft.DurableTask;

/// <summary>An orchestrator that is a class. Each replay gets an instance of its own.</summary>
public abstract class TaskOrchestrator<TInput, TOutput> : ITaskOrchestrator
{
    Type ITaskOrchestrator.InputType => typeof(TInput);

    Type ITaskOrchestrator.OutputType => typeof(TOutput);

    public abstract Task<TOutput?> RunAsync(TaskOrchestrationContext context, TInput? input);

    async Task<object?> ITaskOrchestrator.RunAsync(TaskOrchestrationContext context, object? input)
    {
        ArgumentNullException.ThrowIfNull(context);

        // The orchestrator's own thread goes on with what follows.
        return await RunAsync(context, TaskInput.Cast<TInput>(input)).ConfigureAwait(true);
    }
}
