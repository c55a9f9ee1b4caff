namespace Celerity.Stages.Planning;

/// <summary>Cuts a dataset into chunks, one by one.</summary>
internal interface IChunkCutter : IAsyncDisposable
{
    /// <summary>Gets where the next chunk starts.</summary>
    CutPosition Position { get; }

    /// <summary>Gets the blob that <see cref="Position"/> lies in, where the dataset has several.</summary>
    ChunkBlob? Blob => null;

    /// <summary>Gets the last range that was cut, of a source of the user's.</summary>
    string? After => null;

    /// <summary>Cuts the next chunk; <see langword="null"/> at the end of the data.</summary>
    ValueTask<ChunkEntry?> NextAsync(CancellationToken cancellationToken);
}
