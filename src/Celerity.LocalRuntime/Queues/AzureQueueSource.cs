using Celerity.LocalRuntime.Settings;

namespace Celerity.LocalRuntime.Queues;

/// <summary>Opens queues of storage accounts and of Azurite.</summary>
internal sealed class AzureQueueSource(StorageConnections connections) : IQueueSource
{
    public IStorageQueue Open(string? connection, string queueName) =>
        new AzureStorageQueue(connections.Queues(connection).GetQueueClient(queueName));
}
