using Azure.Storage.Queues;

namespace Celerity.LocalRuntime.Queues;

/// <summary>Opens queues of storage accounts and of Azurite.</summary>
/// <param name="connect">Makes the service client of a connection name.</param>
internal sealed class AzureQueueSource(Func<string?, QueueClientOptions, QueueServiceClient> connect) : IQueueSource
{
    public IStorageQueue Open(string? connection, string queueName)
    {
        var polling = Options();
        polling.Retry.MaxRetries = 1;
        return new AzureStorageQueue(
            connect(connection, Options()).GetQueueClient(queueName), connect(connection, polling).GetQueueClient(queueName));
    }

    // The text is taken as it stands: what cannot be decoded must reach the poison queue unchanged.
    private static QueueClientOptions Options() => new() { MessageEncoding = QueueMessageEncoding.None };
}
