using Celerity.Stages.Sources.RowGroups;

namespace Celerity.Stages.Records;

/// <summary>A chunk's bytes: whole in memory, or, where it is too large for that, as a stream.</summary>
/// <param name="Entry">Where the chunk lies.</param>
/// <param name="Bytes">The bytes from the first record to the end of the last; empty where <paramref name="Large"/> is set.</param>
/// <param name="Large">The stream, or <see langword="null"/>.</param>
internal sealed record ChunkContent(Planning.ChunkEntry Entry, ReadOnlyMemory<byte> Bytes, Stream? Large = null)
{
    /// <summary>Gets the rows of a chunk that is no bytes, but a row group.</summary>
    public RowGroup? Rows { get; init; }

    /// <summary>Gets the blob's name, where the dataset has several.</summary>
    public string? BlobName { get; init; }

    /// <summary>Chunks and slices above this are streamed, so that memory does not grow with their size.</summary>
    public const int BufferLimitBytes = 8 * 1024 * 1024;
}
