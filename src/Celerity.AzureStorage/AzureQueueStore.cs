using System.Collections.Concurrent;
using Azure;
using Azure.Storage.Queues;
using Azure.Storage.Queues.Models;
using Celerity.Storage;
using QueueItem = Celerity.Storage.QueueItem;

namespace Celerity.AzureStorage;

/// <summary>Azure queues. Translates, decides nothing.</summary>
internal sealed class AzureQueueStore(StorageClients clients) : IQueueStore
{
    // The service's word for a message that never expires.
    private static readonly TimeSpan Forever = TimeSpan.FromSeconds(-1);

    private readonly ConcurrentDictionary<string, QueueClient> _queues = new(StringComparer.Ordinal);

    public async ValueTask SendAsync(string queue, string body, TimeSpan delay, CancellationToken cancellationToken)
    {
        QueueLimits.CheckBody(body);
        var whole = QueueLimits.WholeDelay(delay);
        await Queue(queue).SendMessageAsync(body, whole == TimeSpan.Zero ? null : whole, Forever, cancellationToken).ConfigureAwait(false);
    }

    public async ValueTask<IReadOnlyList<QueueItem>> ReceiveAsync(string queue, int limit, TimeSpan lease, CancellationToken cancellationToken)
    {
        QueueLimits.CheckLimit(limit);
        try
        {
            var response = await Queue(queue).ReceiveMessagesAsync(limit, QueueLimits.WholeLease(lease), cancellationToken).ConfigureAwait(false);
            return response.Value
                .Select(message => new QueueItem(message.MessageId, message.PopReceipt, message.DequeueCount, message.Body.ToString()) { InsertedAt = message.InsertedOn })
                .ToList();
        }
        catch (RequestFailedException exception) when (exception.ErrorCode == QueueErrorCode.QueueNotFound)
        {
            return [];
        }
    }

    public async ValueTask<bool> TryDeleteAsync(string queue, QueueItem item, CancellationToken cancellationToken)
    {
        ArgumentException.ThrowIfNullOrEmpty(item.Receipt, nameof(item));
        try
        {
            await Queue(queue).DeleteMessageAsync(item.MessageId, item.Receipt, cancellationToken).ConfigureAwait(false);
            return true;
        }
        catch (RequestFailedException exception) when (IsLostOrGone(exception.ErrorCode))
        {
            return false;
        }
    }

    // The service's word for it: "not lower than the actual number of messages in the queue, but could be higher" (read in November 2026).
    public async ValueTask<int> CountAsync(string queue, CancellationToken cancellationToken)
    {
        try
        {
            return (await Queue(queue).GetPropertiesAsync(cancellationToken).ConfigureAwait(false)).Value.ApproximateMessagesCount;
        }
        catch (RequestFailedException exception) when (exception.ErrorCode == QueueErrorCode.QueueNotFound)
        {
            return 0;
        }
    }

    private QueueClient Queue(string name) => _queues.GetOrAdd(name, clients.Queues.GetQueueClient);

    // The client's own retry after a lost reply ends here too: "gone" may be our own delete.
    private static bool IsLostOrGone(string? code) =>
        code == QueueErrorCode.PopReceiptMismatch || code == QueueErrorCode.MessageNotFound || code == QueueErrorCode.QueueNotFound;
}
