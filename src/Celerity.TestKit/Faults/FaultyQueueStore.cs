using Celerity.Storage;

namespace Celerity.TestKit.Faults;

/// <summary>Queues whose calls go through a <see cref="FaultPlan"/>.</summary>
internal sealed class FaultyQueueStore(IQueueStore inner, FaultPlan plan) : IQueueStore
{
    public ValueTask SendAsync(string queue, string body, TimeSpan delay, CancellationToken cancellationToken) =>
        plan.RunAsync($"queue.Send {queue}", () => inner.SendAsync(queue, body, delay, cancellationToken));

    public ValueTask<IReadOnlyList<QueueItem>> ReceiveAsync(string queue, int limit, TimeSpan lease, CancellationToken cancellationToken) =>
        plan.RunAsync($"queue.Receive {queue}", () => inner.ReceiveAsync(queue, limit, lease, cancellationToken));

    public ValueTask<bool> TryDeleteAsync(string queue, QueueItem item, CancellationToken cancellationToken) =>
        plan.RunAsync($"queue.TryDelete {queue}", () => inner.TryDeleteAsync(queue, item, cancellationToken));

    public ValueTask<int> CountAsync(string queue, CancellationToken cancellationToken) =>
        plan.RunAsync($"queue.Count {queue}", () => inner.CountAsync(queue, cancellationToken));
}
