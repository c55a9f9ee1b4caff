namespace Celerity.Tests.Tasks.Model;

/// <summary>Does with the first of a batch what the explorer says; the others succeed.</summary>
internal sealed class ModelBatchHandler(ModelConsumer consumer) : IBatchHandler<BatchedTask>
{
    public async ValueTask<IReadOnlyList<TaskOutcome>> HandleAsync(IReadOnlyList<BatchItem<BatchedTask>> items, CancellationToken cancellationToken)
    {
        var first = await consumer.HandleAsync(items[0].Context).ConfigureAwait(false);
        return [first, .. items.Skip(1).Select(_ => TaskOutcome.Completed)];
    }
}
