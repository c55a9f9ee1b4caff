using System.ComponentModel.DataAnnotations;

namespace Celerity.Tests.Tasks.Batching;

/// <summary>A task whose handler takes up to three at once, or what there is after seven seconds.</summary>
[CelerityTask("test.batch", MaxAttempts = 2, BackoffSeconds = 1, BatchSize = 3, BatchWaitSeconds = 7, TimeLimitSeconds = 60)]
public sealed record BatchTask([MaxLength(10)] string Text);

/// <summary>What the handler does with each batch.</summary>
public sealed class BatchScript
{
    /// <summary>Gets or sets what is called with each task where <see cref="RunAsync"/> is not set.</summary>
    public Func<BatchItem<BatchTask>, TaskOutcome<string>> Each { get; set; } = item => item.Task.Text;

    /// <summary>Gets or sets what is awaited instead.</summary>
    public Func<IReadOnlyList<BatchItem<BatchTask>>, CancellationToken, Task<IReadOnlyList<TaskOutcome<string>>>>? RunAsync { get; set; }

    /// <summary>Gets the calls: the texts of each, sorted.</summary>
    public List<string> Calls { get; } = [];

    /// <summary>Gets the sign that a handler runs.</summary>
    public TaskCompletionSource Started { get; } = new();
}

/// <summary>Runs <see cref="BatchTask"/>.</summary>
public sealed class BatchTaskHandler(BatchScript script) : IBatchHandler<BatchTask, string>
{
    /// <inheritdoc/>
    public async ValueTask<IReadOnlyList<TaskOutcome<string>>> HandleAsync(IReadOnlyList<BatchItem<BatchTask>> items, CancellationToken cancellationToken)
    {
        lock (script.Calls)
        {
            script.Calls.Add(string.Join(' ', items.Select(item => item.Task.Text).Order(StringComparer.Ordinal)));
        }

        var run = script.RunAsync?.Invoke(items, cancellationToken);
        script.Started.TrySetResult();
        return run is null ? [.. items.Select(script.Each)] : await run;
    }
}
