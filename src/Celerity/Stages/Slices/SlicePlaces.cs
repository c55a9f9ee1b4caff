using Celerity.Stages.Planning;
using Celerity.Stages.Sources;

namespace Celerity.Stages.Slices;

/// <summary>Tells which blob a slice's chunks lie in: the dataset's, one of its list, or the copy of that.</summary>
internal sealed class SlicePlaces(BlobList list, SliceMessage message)
{
    public long LengthOf(ChunkEntry entry) => entry.Blob?.Length ?? message.Length;

    /// <summary>The blob's name, where the dataset has several.</summary>
    public async ValueTask<string?> FindNameAsync(ChunkEntry entry, CancellationToken cancellationToken) =>
        entry.Blob is { } blob ? (await list.FindAsync(message.ManifestKey(), blob, cancellationToken).ConfigureAwait(false)).Name : null;

    /// <summary>The blob, and the version that it must have.</summary>
    public async ValueTask<(DatasetSource Source, string? ETag)> FindAsync(ChunkEntry entry, CancellationToken cancellationToken)
    {
        var source = message.Source;
        if (entry.Blob is not { } blob)
        {
            return (source, message.ETag);
        }

        // A copy was made once and never changes.
        var listed = await list.FindAsync(message.ManifestKey(), blob, cancellationToken).ConfigureAwait(false);
        return blob.IsStaged ? (StagedDatasets.CopyOf(message.ManifestKey(), source, blob.Number), null) : (source with { Blob = listed.Name }, listed.ETag);
    }
}
