using Celerity.Storage;

namespace Celerity.Tests.Stages.Outputs;

/// <summary>Blobs, some of whose calls are changed.</summary>
internal sealed class AlteredBlobs(IBlobStore inner) : IBlobStore
{
    /// <summary>Gets what becomes of a blob's name.</summary>
    public Func<string, string> Name { get; init; } = name => name;

    /// <summary>Gets what becomes of what is known of a blob.</summary>
    public Func<string, BlobFacts?, BlobFacts?> Facts { get; init; } = (_, facts) => facts;

    /// <summary>Gets whether a commit goes over whatever is there.</summary>
    public bool CommitsBlindly { get; init; }

    /// <summary>Gets whether a commit that is made is answered as a refusal, as to a client that has sent it twice.</summary>
    public bool RefusesLate { get; init; }

    public async ValueTask<BlobFacts?> FindAsync(string container, string name, CancellationToken cancellationToken) =>
        Facts(name, await inner.FindAsync(container, Name(name), cancellationToken));

    public ValueTask<Stream> OpenReadAsync(string container, string name, long offset, long? length, string? etag, CancellationToken cancellationToken) =>
        inner.OpenReadAsync(container, Name(name), offset, length, etag, cancellationToken);

    public ValueTask WriteAsync(string container, string name, ReadOnlyMemory<byte> content, CancellationToken cancellationToken) =>
        inner.WriteAsync(container, Name(name), content, cancellationToken);

    public ValueTask<bool> TryWriteNewAsync(string container, string name, Stream content, CancellationToken cancellationToken) =>
        inner.TryWriteNewAsync(container, Name(name), content, cancellationToken);

    public ValueTask WriteBlockAsync(string container, string name, string block, ReadOnlyMemory<byte> content, CancellationToken cancellationToken) =>
        inner.WriteBlockAsync(container, Name(name), block, content, cancellationToken);

    public async ValueTask<bool> TryCommitAsync(
        string container, string name, IReadOnlyList<string> blocks, string? owner, string? etag, CancellationToken cancellationToken)
    {
        etag = CommitsBlindly ? (await inner.FindAsync(container, Name(name), cancellationToken))?.ETag : etag;
        return await inner.TryCommitAsync(container, Name(name), blocks, owner, etag, cancellationToken) && !RefusesLate;
    }

    public IAsyncEnumerable<BlobItem> ListAsync(string container, string prefix, CancellationToken cancellationToken) => inner.ListAsync(container, prefix, cancellationToken);

    public ValueTask<bool> TryDeleteAsync(string container, string name, CancellationToken cancellationToken) => inner.TryDeleteAsync(container, Name(name), cancellationToken);
}
