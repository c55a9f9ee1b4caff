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

    /// <summary>Lists the blobs whose names start with <paramref name="prefix"/>, in the ordinal order of their names; none where there is no such container.</summary>
    IAsyncEnumerable<BlobItem> ListAsync(string container, string prefix, CancellationToken cancellationToken);

    /// <summary>Deletes a blob, whatever its version; <see langword="false"/> where the blob or its container is missing.</summary>
    ValueTask<bool> TryDeleteAsync(string container, string name, CancellationToken cancellationToken);
}
