namespace Celerity.TestKit.Hosting.Storage.Blobs;

/// <summary>A container in memory.</summary>
internal sealed class MemoryContainer(Dictionary<string, string> metadata, DateTimeOffset now)
{
    public Dictionary<string, string> Metadata { get; set; } = metadata;

    public DateTimeOffset ModifiedAt { get; } = now;

    public string ETag { get; } = $"\"0x{now.UtcTicks:X16}\"";

    public BlobLease Lease { get; } = new();

    public SortedDictionary<string, MemoryBlob> Blobs { get; } = new(StringComparer.Ordinal);

    public MemoryBlob? Find(string name) => Blobs.TryGetValue(name, out var blob) && blob.IsCommitted ? blob : null;
}
