using Microsoft.Extensions.DependencyInjection;

namespace Celerity.Tasks;

/// <summary>A task that this app runs.</summary>
/// <param name="Settings">Its settings.</param>
/// <param name="PayloadType">What its payload is read into.</param>
/// <param name="HandlerType">What runs it.</param>
/// <param name="RunAsync">Makes the handler from a scope and runs one attempt of each task: of one, or of a batch where <see cref="IsBatched"/>.</param>
internal sealed record TaskDefinition(
    TaskSettings Settings,
    Type PayloadType,
    Type HandlerType,
    Func<IServiceProvider, IReadOnlyList<HandlerItem>, CancellationToken, ValueTask<IReadOnlyList<TaskOutcome>>> RunAsync)
{
    /// <summary>Gets the type of its result, or <see langword="null"/> where the handler does not say.</summary>
    public Type? ResultType { get; init; }

    /// <summary>Gets what judges the outcome of one task before it is stored.</summary>
    public Func<IServiceProvider, object, TaskOutcome, CancellationToken, ValueTask> CheckAsync { get; init; } = (_, _, _, _) => ValueTask.CompletedTask;

    /// <summary>Gets whether its handler takes several tasks at a time.</summary>
    public bool IsBatched { get; init; }

    /// <summary>Gets whether it is Celerity's own, which nobody sends by name.</summary>
    public bool IsInternal => HandlerType.Assembly == typeof(TaskDefinition).Assembly;

    /// <summary>Of a handler without a result.</summary>
    public static TaskDefinition Of<TTask, THandler>(TaskSettings settings)
        where TTask : notnull
        where THandler : ITaskHandler<TTask> => new(
            settings,
            typeof(TTask),
            typeof(THandler),
            async (scope, items, cancellationToken) =>
                [await scope.GetRequiredService<THandler>().HandleAsync((TTask)items[0].Payload, items[0].Context, cancellationToken).ConfigureAwait(false)]);

    /// <summary>Of a handler with a result.</summary>
    public static TaskDefinition WithResult<TTask, TResult, THandler>(TaskSettings settings)
        where TTask : notnull
        where THandler : ITaskHandler<TTask, TResult> => new(
            settings,
            typeof(TTask),
            typeof(THandler),
            async (scope, items, cancellationToken) =>
            {
                var outcome = await scope.GetRequiredService<THandler>()
                    .HandleAsync((TTask)items[0].Payload, items[0].Context, cancellationToken).ConfigureAwait(false);
                return [outcome.Outcome];
            })
        {
            ResultType = typeof(TResult),
            CheckAsync = Check<TTask, TResult>(settings),
        };

    /// <summary>Of a batch handler without results.</summary>
    public static TaskDefinition OfBatch<TTask, THandler>(TaskSettings settings)
        where TTask : notnull
        where THandler : IBatchHandler<TTask> => new(
            settings,
            typeof(TTask),
            typeof(THandler),
            (scope, items, cancellationToken) => scope.GetRequiredService<THandler>().HandleAsync(Typed<TTask>(items), cancellationToken))
        {
            IsBatched = true,
        };

    /// <summary>Of a batch handler with results.</summary>
    public static TaskDefinition OfBatchWithResult<TTask, TResult, THandler>(TaskSettings settings)
        where TTask : notnull
        where THandler : IBatchHandler<TTask, TResult> => new(
            settings,
            typeof(TTask),
            typeof(THandler),
            async (scope, items, cancellationToken) =>
            {
                var outcomes = await scope.GetRequiredService<THandler>().HandleAsync(Typed<TTask>(items), cancellationToken).ConfigureAwait(false);
                return outcomes is null ? [] : [.. outcomes.Select(outcome => outcome.Outcome)];
            })
        {
            ResultType = typeof(TResult),
            CheckAsync = Check<TTask, TResult>(settings),
            IsBatched = true,
        };

    private static List<BatchItem<TTask>> Typed<TTask>(IReadOnlyList<HandlerItem> items) =>
        [.. items.Select(item => new BatchItem<TTask>((TTask)item.Payload, item.Context))];

    private static Func<IServiceProvider, object, TaskOutcome, CancellationToken, ValueTask> Check<TTask, TResult>(TaskSettings settings) =>
        (scope, payload, outcome, cancellationToken) =>
            ResultCheck.RunAsync<TTask, TResult>(scope, settings.Name, (TTask)payload, outcome, cancellationToken);
}
