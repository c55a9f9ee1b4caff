namespace Microsoft.DurableTask;

/// <summary>Makes an orchestrator of a delegate.</summary>
public static class FuncTaskOrchestrator
{
    public static TaskOrchestrator<TInput?, TOutput?> Create<TInput, TOutput>(
        Func<TaskOrchestrationContext, TInput?, Task<TOutput?>> implementation)
    {
        ArgumentNullException.ThrowIfNull(implementation);
        return new Delegated<TInput, TOutput>(implementation);
    }

    private sealed class Delegated<TInput, TOutput>(Func<TaskOrchestrationContext, TInput?, Task<TOutput?>> implementation)
        : TaskOrchestrator<TInput?, TOutput?>
    {
        public override Task<TOutput?> RunAsync(TaskOrchestrationContext context, TInput? input) => implementation(context, input);
    }
}
