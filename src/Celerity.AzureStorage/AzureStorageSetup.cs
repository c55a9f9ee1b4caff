using Celerity.Storage;
using Celerity.Tasks.Sending;

namespace Celerity.AzureStorage;

/// <summary>Makes the queues, tables and containers in the storage account.</summary>
internal sealed class AzureStorageSetup(StorageClients clients, TaskQueues? taskQueues = null) : IStorageSetup
{
    public async ValueTask EnsureAsync(CancellationToken cancellationToken) =>
        await Task.WhenAll(
        [
            .. StorageNames.Queues.Union((taskQueues?.Names ?? []).SelectMany(StorageNames.WithSiblings)).Select(queue =>
                (Task)clients.Queues.GetQueueClient(queue).CreateIfNotExistsAsync(cancellationToken: cancellationToken)),
            .. StorageNames.Tables.Select(table => (Task)clients.Tables.CreateTableIfNotExistsAsync(table, cancellationToken)),
            .. StorageNames.Containers.Select(container =>
                (Task)clients.Blobs.GetBlobContainerClient(container).CreateIfNotExistsAsync(cancellationToken: cancellationToken)),
        ]).ConfigureAwait(false);
}
