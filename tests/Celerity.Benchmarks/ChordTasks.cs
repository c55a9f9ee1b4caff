namespace Celerity.Benchmarks;

/// <summary>A task of the chord: its result is the square of its number.</summary>
[CelerityTask("bench.square", Tracking = TaskTracking.Result)]
public sealed record SquareTask(int Number);

/// <summary>The chord's callback.</summary>
[CelerityTask("bench.sum")]
public sealed record SumTask(IReadOnlyList<int>? Results = null);

/// <summary>Runs both.</summary>
public sealed class ChordHandler : ITaskHandler<SquareTask>, ITaskHandler<SumTask>
{
    internal static TaskCompletionSource<IReadOnlyList<int>> Called { get; set; } = new();

    /// <inheritdoc/>
    public ValueTask<TaskOutcome> HandleAsync(SquareTask task, TaskContext context, CancellationToken cancellationToken) =>
        ValueTask.FromResult(TaskOutcome.CompletedWith(task.Number * task.Number));

    /// <inheritdoc/>
    public ValueTask<TaskOutcome> HandleAsync(SumTask task, TaskContext context, CancellationToken cancellationToken)
    {
        Called.TrySetResult(task.Results ?? []);
        return ValueTask.FromResult(TaskOutcome.Completed);
    }
}
