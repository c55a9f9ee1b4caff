using Azure;
using Azure.Storage.Queues.Models;
using Celerity.Storage;

namespace Celerity.AzureStorage;

/// <summary>Looks at Azure queues.</summary>
internal sealed class AzureQueueProbe(StorageClients clients) : IQueueProbe
{
    public async ValueTask<QueueLook> LookAsync(string queue, CancellationToken cancellationToken)
    {
        var client = clients.Queues.GetQueueClient(queue);
        try
        {
            var properties = await client.GetPropertiesAsync(cancellationToken).ConfigureAwait(false);
            var count = properties.Value.ApproximateMessagesCount;
            var next = count == 0 ? null : (await client.PeekMessageAsync(cancellationToken).ConfigureAwait(false)).Value;
            return new QueueLook(count, next?.InsertedOn);
        }
        catch (RequestFailedException exception) when (exception.ErrorCode == QueueErrorCode.QueueNotFound)
        {
            return default;
        }
    }
}
