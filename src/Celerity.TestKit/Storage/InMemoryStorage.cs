namespace Celerity.TestKit.Storage;

/// <summary>A whole storage account in memory, with everything that Celerity keeps already made.</summary>
public sealed class InMemoryStorage
{
    /// <summary>Makes one.</summary>
    /// <param name="time">The clock that delays and leases go by; <see langword="null"/> for the system's.</param>
    public InMemoryStorage(TimeProvider? time = null)
    {
        Queues = new InMemoryQueueStore(time);
        Setup = new InMemoryStorageSetup(Tables, Queues, Blobs);
        Setup.Ensure();
    }

    /// <summary>Gets the tables.</summary>
    public InMemoryTableStore Tables { get; } = new();

    /// <summary>Gets the queues.</summary>
    public InMemoryQueueStore Queues { get; }

    /// <summary>Gets the blobs.</summary>
    public InMemoryBlobStore Blobs { get; } = new();

    /// <summary>Gets the set-up.</summary>
    public InMemoryStorageSetup Setup { get; }
}
