using System.Collections.Concurrent;

namespace Celerity.Benchmarks;

/// <summary>At most fifty start in a second, on all processes together.</summary>
[CelerityTask("bench.limited", RateLimit = "50/s")]
public sealed record LimitedTask(int Number);

/// <summary>Notes when each starts.</summary>
public sealed class LimitedHandler : ITaskHandler<LimitedTask>
{
    internal static ConcurrentQueue<DateTimeOffset> Starts { get; } = [];

    /// <inheritdoc/>
    public ValueTask<TaskOutcome> HandleAsync(LimitedTask task, TaskContext context, CancellationToken cancellationToken)
    {
        Starts.Enqueue(TimeProvider.System.GetUtcNow());
        return ValueTask.FromResult(TaskOutcome.Completed);
    }
}
