using Celerity.AzureStorage;
using Celerity.Storage;

namespace Celerity.FragileApp;

/// <summary>The queues, with leases so short that a test can wait for their end.</summary>
internal sealed class ShortLeases(AzureQueueStore queues) : IQueueStore
{
    private static readonly TimeSpan Lease = TimeSpan.FromSeconds(2);

    public ValueTask SendAsync(string queue, string body, TimeSpan delay, CancellationToken cancellationToken) =>
        queues.SendAsync(queue, body, delay, cancellationToken);

    public ValueTask<IReadOnlyList<QueueItem>> ReceiveAsync(string queue, int limit, TimeSpan lease, CancellationToken cancellationToken) =>
        queues.ReceiveAsync(queue, limit, lease < Lease ? lease : Lease, cancellationToken);

    public ValueTask<bool> TryDeleteAsync(string queue, QueueItem item, CancellationToken cancellationToken) =>
        queues.TryDeleteAsync(queue, item, cancellationToken);

    public ValueTask<int> CountAsync(string queue, CancellationToken cancellationToken) => queues.CountAsync(queue, cancellationToken);
}
