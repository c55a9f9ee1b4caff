namespace Microsoft.DurableTask;

/// <summary>An activity as the runtime calls it. User code derives from <see cref="TaskActivity{TInput, TOutput}"/>.</summary>
public interface ITaskActivity
{
    Type InputType { get; }

    Type OutputType { get; }

    Task<object?> RunAsync(TaskActivityContext context, object? input);
}
