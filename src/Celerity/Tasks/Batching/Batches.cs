using System.Collections.Concurrent;

namespace Celerity.Tasks.Batching;

/// <summary>The gatherers of this process, one a task; and which tasks are gathered.</summary>
internal sealed class Batches(TaskRegistry registry, TaskAttempt attempts, TimeProvider time)
{
    private readonly ConcurrentDictionary<string, BatchGatherer> _gatherers = new(StringComparer.Ordinal);

    /// <summary>Runs one attempt of a task: together with others where its handler takes several and it may share.</summary>
    public ValueTask<AttemptEnd> RunAsync(TaskDefinition task, TaskPass pass, CancellationToken stopping) => IsGathered(task, pass)
        ? _gatherers.GetOrAdd(task.Settings.Name, _ => new BatchGatherer(task, attempts, time)).RunAsync(pass, stopping)
        : attempts.RunAsync(task, pass, stopping);

    /// <summary>Cuts the tasks of one message into what is judged at once: one task, or as many as fill a batch.</summary>
    public IReadOnlyList<IReadOnlyList<TaskPass>> Cut(IReadOnlyList<TaskPass> passes) =>
    [
        .. passes
            .GroupBy(pass => registry.Find(pass.Envelope.Task) is { } task && IsGathered(task, pass) ? task : null)
            .SelectMany(group => group.Chunk(group.Key?.Settings.BatchSize ?? 1)),
    ];

    // A task that may have killed its process, or shared a batch with one that did, must not take others along again.
    private static bool IsGathered(TaskDefinition task, TaskPass pass) =>
        task.IsBatched && pass.Row.Crashes == 0 && pass.Stamp.DequeueCount < TaskRules.AloneFromDelivery;
}
