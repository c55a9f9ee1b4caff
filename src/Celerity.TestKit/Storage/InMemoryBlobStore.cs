using System.Runtime.CompilerServices;
using Celerity.Storage;

namespace Celerity.TestKit.Storage;

/// <summary>Blobs in memory, with the rules of the real service: a version for each write, reads by range.</summary>
/// <remarks>Safe to call from many threads. Nothing survives the process.</remarks>
public sealed class InMemoryBlobStore : IBlobStore
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, Dictionary<string, Blob>> _containers = new(StringComparer.Ordinal);
    private readonly Dictionary<(string Container, string Name), Dictionary<string, byte[]>> _blocks = [];
    private long _version;

    /// <summary>Makes a container; one that is there is left as it is.</summary>
    /// <param name="container">The container's name.</param>
    public void Create(string container)
    {
        lock (_gate)
        {
            _containers.TryAdd(container, new Dictionary<string, Blob>(StringComparer.Ordinal));
        }
    }

    /// <summary>Lists the blobs of a container; none where there is no such container.</summary>
    /// <param name="container">The container's name.</param>
    /// <returns>The names, in ordinal order.</returns>
    public IReadOnlyList<string> List(string container)
    {
        lock (_gate)
        {
            return _containers.TryGetValue(container, out var blobs) ? blobs.Keys.Order(StringComparer.Ordinal).ToList() : [];
        }
    }

    /// <summary>Removes a blob, as a lifecycle rule or an operator would.</summary>
    /// <param name="container">The container's name.</param>
    /// <param name="name">The blob's name.</param>
    /// <returns><see langword="true"/> where it was there.</returns>
    public bool Remove(string container, string name)
    {
        lock (_gate)
        {
            return _containers.TryGetValue(container, out var blobs) && blobs.Remove(name);
        }
    }

    ValueTask<BlobFacts?> IBlobStore.FindAsync(string container, string name, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return ValueTask.FromResult(Find(container, name) is { } blob ? new BlobFacts(blob.Content.Length, blob.ETag) { Owner = blob.Owner } : null);
    }

    ValueTask<Stream> IBlobStore.OpenReadAsync(
        string container, string name, long offset, long? length, string? etag, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        ArgumentOutOfRangeException.ThrowIfNegative(offset);
        ArgumentOutOfRangeException.ThrowIfNegative(length ?? 0, nameof(length));
        if (Find(container, name) is not { } blob || (etag is not null && etag != blob.ETag))
        {
            throw new BlobGoneException(container, name);
        }

        var start = (int)Math.Min(offset, blob.Content.Length);
        var count = (int)Math.Min(length ?? long.MaxValue, blob.Content.Length - start);
        return ValueTask.FromResult<Stream>(new MemoryStream(blob.Content, start, count, writable: false));
    }

    ValueTask IBlobStore.WriteAsync(string container, string name, ReadOnlyMemory<byte> content, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        ArgumentException.ThrowIfNullOrEmpty(name);
        lock (_gate)
        {
            ContainerOf(container)[name] = new Blob(content.ToArray(), $"\"version'{++_version}'\"");
            _blocks.Remove((container, name));
        }

        return ValueTask.CompletedTask;
    }

    async ValueTask<bool> IBlobStore.TryWriteNewAsync(string container, string name, Stream content, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        ArgumentException.ThrowIfNullOrEmpty(name);
        using var bytes = new MemoryStream();
        await content.CopyToAsync(bytes, cancellationToken).ConfigureAwait(false);
        lock (_gate)
        {
            return ContainerOf(container).TryAdd(name, new Blob(bytes.ToArray(), $"\"version'{++_version}'\""));
        }
    }

    ValueTask IBlobStore.WriteBlockAsync(string container, string name, string block, ReadOnlyMemory<byte> content, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        ArgumentException.ThrowIfNullOrEmpty(name);
        lock (_gate)
        {
            if (!_containers.ContainsKey(container))
            {
                throw new BlobGoneException(container, name);
            }

            if (!_blocks.TryGetValue((container, name), out var blocks))
            {
                _blocks[(container, name)] = blocks = new Dictionary<string, byte[]>(StringComparer.Ordinal);
            }

            if (blocks.Keys.Any(other => other.Length != block.Length))
            {
                throw new InvalidOperationException($"The blocks of '{container}/{name}' have names of another length than '{block}'.");
            }

            blocks[block] = content.ToArray();
        }

        return ValueTask.CompletedTask;
    }

    ValueTask<bool> IBlobStore.TryCommitAsync(
        string container, string name, IReadOnlyList<string> blocks, string? owner, string? etag, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        lock (_gate)
        {
            var written = _blocks.GetValueOrDefault((container, name));
            if (!_containers.TryGetValue(container, out var there) || there.GetValueOrDefault(name)?.ETag != etag || blocks.Any(block => written?.ContainsKey(block) != true))
            {
                return ValueTask.FromResult(false);
            }

            byte[] content = [.. blocks.SelectMany(block => written![block])];
            there[name] = new Blob(content, $"\"version'{++_version}'\"", owner);
            _blocks.Remove((container, name));
            return ValueTask.FromResult(true);
        }
    }

    async IAsyncEnumerable<BlobItem> IBlobStore.ListAsync(string container, string prefix, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await ValueTask.CompletedTask.ConfigureAwait(false);
        foreach (var name in List(container).Where(name => name.StartsWith(prefix, StringComparison.Ordinal)))
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (Find(container, name) is { } blob)
            {
                yield return new BlobItem(name, blob.Content.Length, blob.ETag);
            }
        }
    }

    ValueTask<bool> IBlobStore.TryDeleteAsync(string container, string name, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return ValueTask.FromResult(Remove(container, name));
    }

    private Dictionary<string, Blob> ContainerOf(string container) => _containers.TryGetValue(container, out var blobs)
        ? blobs
        : throw new InvalidOperationException($"There is no container '{container}'. Run the storage set-up first.");

    private Blob? Find(string container, string name)
    {
        lock (_gate)
        {
            return _containers.TryGetValue(container, out var blobs) ? blobs.GetValueOrDefault(name) : null;
        }
    }

    private sealed record Blob(byte[] Content, string ETag, string? Owner = null);
}
