using Celerity.Storage;

namespace Celerity.TestKit.Storage;

/// <summary>Makes Celerity's queues, tables and containers in memory.</summary>
/// <param name="tables">Where the tables go.</param>
/// <param name="queues">Where the queues go.</param>
/// <param name="blobs">Where the containers go.</param>
public sealed class InMemoryStorageSetup(InMemoryTableStore tables, InMemoryQueueStore queues, InMemoryBlobStore blobs) : IStorageSetup
{
    ValueTask IStorageSetup.EnsureAsync(CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        Ensure();
        return ValueTask.CompletedTask;
    }

    /// <summary>Creates what is missing; what is there is left as it is.</summary>
    public void Ensure()
    {
        foreach (var table in StorageNames.Tables)
        {
            tables.Create(table);
        }

        foreach (var container in StorageNames.Containers)
        {
            blobs.Create(container);
        }

        foreach (var queue in StorageNames.Queues)
        {
            queues.Create(queue);
        }
    }
}
