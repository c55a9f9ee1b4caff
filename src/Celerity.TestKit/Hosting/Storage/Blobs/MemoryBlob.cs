using System.Globalization;

namespace Celerity.TestKit.Hosting.Storage.Blobs;

/// <summary>A block blob in memory. Guarded by its service's lock.</summary>
internal sealed class MemoryBlob(DateTimeOffset createdAt)
{
    private static long _lastVersion;

    private readonly Dictionary<string, byte[]> _uncommitted = new(StringComparer.Ordinal);
    private Dictionary<string, byte[]> _committed = new(StringComparer.Ordinal);

    /// <summary>Gets whether it exists; if not, it only has blocks that are not committed.</summary>
    public bool IsCommitted { get; private set; }

    public byte[] Content { get; private set; } = [];

    public string ContentType { get; set; } = "application/octet-stream";

    public string? ContentEncoding { get; set; }

    public string? CacheControl { get; set; }

    public Dictionary<string, string> Metadata { get; set; } = [];

    public BlobLease Lease { get; } = new();

    public string ETag { get; private set; } = string.Empty;

    public DateTimeOffset CreatedAt => createdAt;

    public DateTimeOffset ModifiedAt { get; private set; }

    public IReadOnlyList<(string Id, int Size)> CommittedBlocks { get; private set; } = [];

    public IEnumerable<(string Id, int Size)> UncommittedBlocks => _uncommitted.Select(block => (block.Key, block.Value.Length));

    public void Put(byte[] content, DateTimeOffset now)
    {
        (Content, _committed, CommittedBlocks) = (content, [], []);
        Commit(now);
    }

    public void PutBlock(string id, byte[] content) => _uncommitted[id] = content;

    /// <summary>Makes the content of blocks: each from the list that its entry names, <c>Committed</c>, <c>Uncommitted</c> or <c>Latest</c>.</summary>
    public void PutBlockList(IReadOnlyList<(string List, string Id)> entries, DateTimeOffset now)
    {
        var blocks = entries.Select(entry => (entry.Id, Content: Find(entry.List, entry.Id))).ToList();
        Content = [.. blocks.SelectMany(block => block.Content)];
        CommittedBlocks = [.. blocks.Select(block => (block.Id, block.Content.Length))];
        _committed = blocks.DistinctBy(block => block.Id).ToDictionary(block => block.Id, block => block.Content, StringComparer.Ordinal);
        Commit(now);
    }

    public void Touch(DateTimeOffset now)
    {
        ModifiedAt = now;
        ETag = string.Create(CultureInfo.InvariantCulture, $"\"0x{Interlocked.Increment(ref _lastVersion):X16}\"");
    }

    private byte[] Find(string list, string id) =>
        (list != "Committed" ? _uncommitted.GetValueOrDefault(id) : null)
        ?? (list != "Uncommitted" ? _committed.GetValueOrDefault(id) : null)
        ?? throw new StorageError(400, "InvalidBlockList", "The specified block list is invalid.");

    private void Commit(DateTimeOffset now)
    {
        _uncommitted.Clear();
        IsCommitted = true;
        Touch(now);
    }
}
