using Microsoft.Extensions.DependencyInjection;

namespace Celerity.Tasks;

/// <summary>A task that this app runs.</summary>
/// <param name="Settings">Its settings.</param>
/// <param name="PayloadType">What its payload is read into.</param>
/// <param name="HandlerType">What runs it.</param>
/// <param name="RunAsync">Makes the handler from a scope and runs one attempt.</param>
internal sealed record TaskDefinition(
    TaskSettings Settings,
    Type PayloadType,
    Type HandlerType,
    Func<IServiceProvider, object, TaskContext, CancellationToken, ValueTask<TaskOutcome>> RunAsync)
{
    public static TaskDefinition Of<TTask, THandler>()
        where TTask : notnull
        where THandler : ITaskHandler<TTask> => new(
            TaskSettings.Of(typeof(TTask)),
            typeof(TTask),
            typeof(THandler),
            (scope, payload, context, cancellationToken) => scope.GetRequiredService<THandler>().HandleAsync((TTask)payload, context, cancellationToken));
}
