using Celerity.Storage;

namespace Celerity.Tests.Tasks.Model;

/// <summary>Queues on which messages are sent otherwise than they should.</summary>
internal sealed class AlteredQueues(IQueueStore inner, Func<string, string> altered) : IQueueStore
{
    public ValueTask SendAsync(string queue, string body, TimeSpan delay, CancellationToken cancellationToken) =>
        inner.SendAsync(queue, altered(body), delay, cancellationToken);

    public ValueTask<IReadOnlyList<QueueItem>> ReceiveAsync(string queue, int limit, TimeSpan lease, CancellationToken cancellationToken) =>
        inner.ReceiveAsync(queue, limit, lease, cancellationToken);

    public ValueTask<bool> TryDeleteAsync(string queue, QueueItem item, CancellationToken cancellationToken) =>
        inner.TryDeleteAsync(queue, item, cancellationToken);

    public ValueTask<int> CountAsync(string queue, CancellationToken cancellationToken) => inner.CountAsync(queue, cancellationToken);
}
