namespace Celerity.Storage;

/// <summary>Blobs by container and name.</summary>
internal interface IBlobStore
{
    /// <summary>Reads a blob's length and version; <see langword="null"/> where the blob or its container is missing.</summary>
    ValueTask<BlobFacts?> FindAsync(string container, string name, CancellationToken cancellationToken);

    /// <summary>Opens <paramref name="length"/> bytes from <paramref name="offset"/> on as one request (fewer where the blob ends).</summary>
    /// <param name="container">The container.</param>
    /// <param name="name">The blob's name.</param>
    /// <param name="offset">The first byte, 0 and up.</param>
    /// <param name="length">How many bytes, or <see langword="null"/> for all the rest.</param>
    /// <param name="etag">The version it must still have, or <see langword="null"/>.</param>
    /// <param name="cancellationToken">Stops the wait.</param>
    /// <exception cref="BlobGoneException">The blob is missing or has another version than <paramref name="etag"/>.</exception>
    ValueTask<Stream> OpenReadAsync(string container, string name, long offset, long? length, string? etag, CancellationToken cancellationToken);

    /// <summary>Writes a blob whole, over what was there.</summary>
    ValueTask WriteAsync(string container, string name, ReadOnlyMemory<byte> content, CancellationToken cancellationToken);

    /// <summary>Writes a new blob in blocks of some MiB, in flat memory. It becomes visible whole, when all was written.</summary>
    /// <returns><see langword="false"/> where one of that name is there: it stays as it is.</returns>
    ValueTask<bool> TryWriteNewAsync(string container, string name, Stream content, CancellationToken cancellationToken);

    /// <summary>Writes one block of a blob that is written in blocks. It is not seen before it is committed; written again, it is replaced.</summary>
    /// <param name="container">The container.</param>
    /// <param name="name">The blob's name.</param>
    /// <param name="block">Its name, of ASCII; all blocks of a blob have names of one length.</param>
    /// <param name="content">Its bytes, up to some MiB.</param>
    /// <param name="cancellationToken">Stops the wait.</param>
    /// <exception cref="BlobGoneException">There is no such container.</exception>
    ValueTask WriteBlockAsync(string container, string name, string block, ReadOnlyMemory<byte> content, CancellationToken cancellationToken);

    /// <summary>Makes a blob of blocks: it becomes visible whole, over what was there. The blocks that are not named are gone.</summary>
    /// <param name="container">The container.</param>
    /// <param name="name">The blob's name.</param>
    /// <param name="blocks">Up to 50,000, in order.</param>
    /// <param name="owner">Who writes it, which <see cref="BlobFacts.Owner"/> tells; <see langword="null"/> for nobody.</param>
    /// <param name="etag">The version that is written over; <see langword="null"/> where there must be none.</param>
    /// <param name="cancellationToken">Stops the wait.</param>
    /// <returns><see langword="false"/> where another version is there, or a block is not: then nothing has changed.</returns>
    ValueTask<bool> TryCommitAsync(
        string container, string name, IReadOnlyList<string> blocks, string? owner, string? etag, CancellationToken cancellationToken);

    /// <summary>Lists the blobs whose names start with <paramref name="prefix"/>, in the ordinal order of their names; none where there is no such container.</summary>
    IAsyncEnumerable<BlobItem> ListAsync(string container, string prefix, CancellationToken cancellationToken);

    /// <summary>Deletes a blob, whatever its version; <see langword="false"/> where the blob or its container is missing.</summary>
    ValueTask<bool> TryDeleteAsync(string container, string name, CancellationToken cancellationToken);
}
