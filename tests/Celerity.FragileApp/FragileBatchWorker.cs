namespace Celerity.FragileApp;

/// <summary>Runs batches of fragile tasks as <see cref="FragileWorker"/> runs one.</summary>
/// <param name="worker">That one.</param>
public sealed class FragileBatchWorker(FragileWorker worker) : IBatchHandler<BatchedTask, FragileResult>
{
    /// <inheritdoc/>
    public async ValueTask<IReadOnlyList<TaskOutcome<FragileResult>>> HandleAsync(
        IReadOnlyList<BatchItem<BatchedTask>> items, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(items);
        var outcomes = new List<TaskOutcome<FragileResult>>(items.Count);
        foreach (var item in items)
        {
            outcomes.Add(await worker.HandleAsync(item.Task, item.Context, cancellationToken));
        }

        return outcomes;
    }
}
