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
    /// <summary>Gets the type of its result, or <see langword="null"/> where the handler does not say.</summary>
    public Type? ResultType { get; init; }

    /// <summary>Gets whether it is Celerity's own, which nobody sends by name.</summary>
    public bool IsInternal => HandlerType.Assembly == typeof(TaskDefinition).Assembly;

    /// <summary>Of a handler without a result.</summary>
    public static TaskDefinition Of<TTask, THandler>(TaskSettings settings)
        where TTask : notnull
        where THandler : ITaskHandler<TTask> => new(
            settings,
            typeof(TTask),
            typeof(THandler),
            (scope, payload, context, cancellationToken) => scope.GetRequiredService<THandler>().HandleAsync((TTask)payload, context, cancellationToken));

    /// <summary>Of a handler with a result.</summary>
    public static TaskDefinition WithResult<TTask, TResult, THandler>(TaskSettings settings)
        where TTask : notnull
        where THandler : ITaskHandler<TTask, TResult> => new(
            settings,
            typeof(TTask),
            typeof(THandler),
            async (scope, payload, context, cancellationToken) =>
            {
                var task = (TTask)payload;
                var outcome = (await scope.GetRequiredService<THandler>().HandleAsync(task, context, cancellationToken).ConfigureAwait(false)).Outcome;
                await ResultCheck.RunAsync<TTask, TResult>(scope, settings.Name, task, outcome, cancellationToken).ConfigureAwait(false);
                return outcome;
            })
        {
            ResultType = typeof(TResult),
        };
}
