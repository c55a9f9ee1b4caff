using Celerity.Celery;
using Celerity.Storage;
using Celerity.Tasks.Sending;
using Microsoft.Extensions.Options;

namespace Celerity.AzureStorage;

/// <summary>Makes the queues, tables and containers in the storage account.</summary>
internal sealed class AzureStorageSetup(StorageClients clients, TaskQueues? taskQueues = null, IOptions<CeleryOptions>? celery = null) : IStorageSetup
{
    public async ValueTask EnsureAsync(CancellationToken cancellationToken) =>
        await Task.WhenAll(
        [
            .. StorageNames.Queues
                .Union((taskQueues?.Names ?? []).SelectMany(StorageNames.WithSiblings))
                .Union((celery?.Value.Queues ?? []).Select(CeleryQueues.OnStorage))
                .Select(queue =>
                (Task)clients.Queues.GetQueueClient(queue).CreateIfNotExistsAsync(cancellationToken: cancellationToken)),
            .. StorageNames.Tables.Select(table => (Task)clients.Tables.CreateTableIfNotExistsAsync(table, cancellationToken)),
            .. StorageNames.Containers.Select(container =>
                (Task)clients.Blobs.GetBlobContainerClient(container).CreateIfNotExistsAsync(cancellationToken: cancellationToken)),
        ]).ConfigureAwait(false);
}
