using Celerity.Stages.Planning;

namespace Celerity.Stages.Sources;

/// <summary>Cuts one blob of a list after the other. No chunk lies in two.</summary>
internal sealed class ManyBlobsCutter(StageKey key, DatasetSource source, IStageRunner stage, PlanCursor cursor, SourceOpening opening, BlobList list) : IChunkCutter
{
    private Queue<BlobEntry> _page = [];
    private long _nextPage = cursor.Blob?.ListOffset ?? 0;
    private IChunkCutter? _cutter;

    public CutPosition Position { get; private set; } = cursor.Position;

    public ChunkBlob? Blob { get; private set; } = cursor.Blob;

    public async ValueTask<ChunkEntry?> NextAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            _cutter ??= Blob is null ? null : await ResumeAsync(Blob, cancellationToken).ConfigureAwait(false);
            if (_cutter is { } cutter)
            {
                if (await cutter.NextAsync(cancellationToken).ConfigureAwait(false) is { } chunk)
                {
                    Position = cutter.Position;

                    // Blank lines at the end of a blob make no chunk of their own.
                    if (chunk is { Records: 0, FirstRecord: > 0 })
                    {
                        continue;
                    }

                    return chunk with { Blob = Blob };
                }

                await cutter.DisposeAsync().ConfigureAwait(false);
                (_cutter, Blob) = (null, null);
            }

            if (await NextEntryAsync(cancellationToken).ConfigureAwait(false) is not { } entry)
            {
                return null;
            }

            await OpenAsync(entry, cancellationToken).ConfigureAwait(false);
        }
    }

    public ValueTask DisposeAsync() => _cutter?.DisposeAsync() ?? ValueTask.CompletedTask;

    private async ValueTask<IChunkCutter> ResumeAsync(ChunkBlob blob, CancellationToken cancellationToken)
    {
        var entry = (await NextEntryAsync(cancellationToken).ConfigureAwait(false))!;
        var one = source with { Prefix = null, Blob = entry.Name };
        var read = blob.IsStaged ? StagedDatasets.CopyOf(key, one, entry.Number) : one;
        return await opening.CutAsync(read, blob.Length, blob.IsStaged ? null : entry.ETag, Position, cursor.Columns, cancellationToken).ConfigureAwait(false);
    }

    private async ValueTask OpenAsync(BlobEntry entry, CancellationToken cancellationToken)
    {
        var one = source with { Prefix = null, Blob = entry.Name };
        if (entry.Length == 0)
        {
            return;
        }

        var opened = await opening.OpenBlobAsync(key, one, entry.Facts(), entry.Number, stage, cancellationToken).ConfigureAwait(false);
        if (opened.Facts.Length > 0 && !opened.Columns.SequenceEqual(cursor.Columns, StringComparer.OrdinalIgnoreCase))
        {
            throw new CelerityException(
                ErrorCodes.ColumnsMissing,
                $"'{source.Container}/{entry.Name}' has other columns than the first blob: {string.Join(", ", opened.Columns)} instead of {string.Join(", ", cursor.Columns)}. All blobs of a dataset must have the same, in the same order.");
        }

        Position = opened.Start with { Record = Position.Record };
        Blob = new ChunkBlob(entry.Number, entry.Offset, opened.Start.Offset, opened.Facts.Length, opened.IsStaged);
        _cutter = await opening.CutAsync(opened.Source, opened.Facts.Length, opened.Facts.ETag, Position, cursor.Columns, cancellationToken).ConfigureAwait(false);
    }

    private async ValueTask<BlobEntry?> NextEntryAsync(CancellationToken cancellationToken)
    {
        if (_page.Count == 0)
        {
            _page = new(await list.ReadPageAsync(key, _nextPage, cancellationToken).ConfigureAwait(false));
        }

        if (!_page.TryDequeue(out var entry))
        {
            return null;
        }

        _nextPage = entry.End;
        return entry;
    }
}
