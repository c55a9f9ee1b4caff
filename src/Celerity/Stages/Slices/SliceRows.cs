using Celerity.Stages.Planning;
using Celerity.Stages.Records;
using Celerity.Stages.Sources.KeyRanges;
using Celerity.Stages.Sources.RowGroups;
using Celerity.Storage;

namespace Celerity.Stages.Slices;

/// <summary>Reads the chunks of a slice that are no bytes: row groups, and ranges of a source of the user's.</summary>
internal sealed class SliceRows(IBlobStore blobs, SlicePlaces places, ChunkSources sources, SliceMessage message) : IAsyncDisposable
{
    private RowGroupFile? _file;
    private int _fileBlob;

    public async ValueTask<ChunkContent> ReadAsync(ChunkEntry entry, CancellationToken cancellationToken)
    {
        if (message.Source.ChunkSource is { } name)
        {
            var rows = await KeyRangeRows.ReadAsync(sources.Get(name), entry.Range!, message.Source.Parameters, cancellationToken).ConfigureAwait(false);
            return new ChunkContent(entry, default) { Rows = rows };
        }

        var file = await OpenAsync(entry, cancellationToken).ConfigureAwait(false);
        return new ChunkContent(entry, default)
        {
            Rows = await file.ReadGroupAsync(entry.Group ?? -1, cancellationToken).ConfigureAwait(false),
            BlobName = await places.FindNameAsync(entry, cancellationToken).ConfigureAwait(false),
        };
    }

    public async ValueTask DisposeAsync()
    {
        if (_file is { } file)
        {
            _file = null;
            await file.DisposeAsync().ConfigureAwait(false);
        }
    }

    // The end of a file is read once for all its chunks of the slice.
    private async ValueTask<RowGroupFile> OpenAsync(ChunkEntry entry, CancellationToken cancellationToken)
    {
        var number = entry.Blob?.Number ?? 0;
        if (_file is { } open && _fileBlob == number)
        {
            return open;
        }

        await DisposeAsync().ConfigureAwait(false);
        var (source, etag) = await places.FindAsync(entry, cancellationToken).ConfigureAwait(false);
        _fileBlob = number;
        return _file = await RowGroupFile.OpenAsync(blobs, source, places.LengthOf(entry), etag, message.Columns, cancellationToken).ConfigureAwait(false);
    }
}
