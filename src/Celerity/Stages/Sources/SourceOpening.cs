using Celerity.Stages.Outputs;
using Celerity.Stages.Planning;
using Celerity.Stages.Sources.KeyRanges;
using Celerity.Stages.Sources.RowGroups;
using Celerity.Storage;

namespace Celerity.Stages.Sources;

/// <summary>Opens what a stage is to read, says where cutting it begins, and cuts it. The plan reads nothing else than what the cursor names.</summary>
internal sealed class SourceOpening(IBlobStore blobs, StagedDatasets staged, BlobList list, OutputList outputs, ChunkSources sources)
{
    /// <summary>Checks a dataset before anything is written: that it is there, and of its first blob the columns, as far as its first bytes tell them.</summary>
    /// <exception cref="CelerityException">CEL0303, CEL0304, CEL0307, CEL0325, CEL0327: the dataset cannot be read.</exception>
    public async ValueTask CheckAsync(DatasetSource source, IStageRunner? stage, CancellationToken cancellationToken)
    {
        if (source.Records is not null)
        {
            return;
        }

        if (source.ChunkSource is { } name)
        {
            CheckColumns(source, sources.Get(name).Columns, stage);
            return;
        }

        if (source.Output is { } output)
        {
            CheckColumns(source, (await FindOutputAsync(output, source, cancellationToken).ConfigureAwait(false)).Columns, stage);
            return;
        }

        if (source.Prefix is null)
        {
            await CheckAsync(source, await DatasetCheck.FindAsync(blobs, source, cancellationToken).ConfigureAwait(false), stage, cancellationToken).ConfigureAwait(false);
            return;
        }

        await foreach (var item in list.EnsureAnyAsync(source, cancellationToken).ConfigureAwait(false))
        {
            if (item.Length > 0)
            {
                await CheckAsync(source with { Prefix = null, Blob = item.Name }, new BlobFacts(item.Length, item.ETag), stage, cancellationToken).ConfigureAwait(false);
                return;
            }
        }
    }

    /// <summary>Opens a dataset.</summary>
    /// <exception cref="CelerityException">CEL0303 to CEL0309, CEL0325 to CEL0329: the dataset cannot be read.</exception>
    /// <exception cref="BlobGoneException">The dataset has changed.</exception>
    public async ValueTask<PlanCursor> OpenAsync(StageKey key, DatasetSource source, IStageRunner stage, CancellationToken cancellationToken)
    {
        if (source.ChunkSource is { } name)
        {
            var own = sources.Get(name);
            CheckColumns(source, own.Columns, stage);
            return new PlanCursor(ETag: "", Length: 0, own.Columns, new CutPosition(0, 1, 0), Chunks: 0, ChunksPerSlice: 0) { Source = source with { Columns = null } };
        }

        if (source.Output is { } output)
        {
            var (format, written) = await FindOutputAsync(output, source, cancellationToken).ConfigureAwait(false);
            CheckColumns(source, written, stage);
            return new PlanCursor(ETag: "", Length: 0, written, new CutPosition(0, 1, 0), Chunks: 0, ChunksPerSlice: 0)
            {
                Source = source with { Columns = null, Format = format },
            };
        }

        var isInline = source.Records is not null;
        source = isInline ? await staged.WriteAsync(key, source, cancellationToken).ConfigureAwait(false) : source;
        if (source.Prefix is null)
        {
            var facts = await DatasetCheck.FindAsync(blobs, source, cancellationToken).ConfigureAwait(false);
            var opened = await OpenBlobAsync(key, source, facts, 0, stage, cancellationToken).ConfigureAwait(false);
            return new PlanCursor(opened.Facts.ETag, opened.Facts.Length, opened.Columns, isInline ? opened.Start with { Line = 0 } : opened.Start, Chunks: 0, ChunksPerSlice: 0)
            {
                Source = opened.Source with { Columns = null },
            };
        }

        await list.WriteAsync(key, source, cancellationToken).ConfigureAwait(false);
        var columns = await FindColumnsAsync(key, source, stage, cancellationToken).ConfigureAwait(false);
        return new PlanCursor(ETag: "", Length: 0, columns, new CutPosition(0, 1, 1), Chunks: 0, ChunksPerSlice: 0)
        {
            Source = source with { Columns = null, Format = StagedDatasets.FormatOf(source.Format) },
        };
    }

    /// <summary>Opens one blob of a dataset, as itself or as the copy that is made of it.</summary>
    public async ValueTask<OpenedBlob> OpenBlobAsync(
        StageKey key, DatasetSource source, BlobFacts facts, int number, IStageRunner stage, CancellationToken cancellationToken)
    {
        if (source.Format == DatasetFormat.Parquet)
        {
            return new OpenedBlob(source, facts, await ReadColumnsAsync(source, facts, stage, cancellationToken).ConfigureAwait(false), new CutPosition(0, 1, 0), IsStaged: false);
        }

        var header = await DatasetCheck.ReadHeaderAsync(blobs, source, facts, stage, cancellationToken).ConfigureAwait(false);
        if (header.Transcoding is not { } transcoding)
        {
            return new OpenedBlob(source, facts, header.Columns, header.Start, IsStaged: false);
        }

        var copy = await staged.StageAsync(key, source, facts.ETag, number, transcoding, cancellationToken).ConfigureAwait(false);
        facts = await DatasetCheck.FindAsync(blobs, copy, cancellationToken).ConfigureAwait(false);
        header = await DatasetCheck.ReadHeaderAsync(blobs, copy, facts, stage, cancellationToken).ConfigureAwait(false);

        // The elements of an array have numbers, but no lines.
        var start = transcoding.IsArray ? header.Start with { Line = 0 } : header.Start;
        return new OpenedBlob(copy, facts, header.Columns, start, IsStaged: true);
    }

    /// <summary>Cuts a dataset from where a cursor stands.</summary>
    public async ValueTask<IChunkCutter> CutAsync(PlanRequest request, PlanCursor cursor, IStageRunner stage, CancellationToken cancellationToken)
    {
        if (request.Source.Output is { } output)
        {
            var written = OutputName.Parse(output);
            return new OutputCutter(outputs, written, await outputs.ReadHeadAsync(written, cancellationToken).ConfigureAwait(false), request.Source.ChunkSize, cursor.Position);
        }

        return request.Source.ChunkSource is { } name
            ? new KeyRangeCutter(sources.Get(name), new ChunkListing(cursor.After, request.Source.ChunkSize, request.Source.Parameters), cancellationToken)
        : request.Source.Prefix is null
            ? await CutAsync(cursor.Source ?? request.Source, cursor.Length, cursor.ETag, cursor.Position, cursor.Columns, cancellationToken).ConfigureAwait(false)
            : new ManyBlobsCutter(request.Key, request.Source, stage, cursor, this, list);
    }

    /// <summary>Cuts one blob.</summary>
    public async ValueTask<IChunkCutter> CutAsync(
        DatasetSource source, long length, string? etag, CutPosition from, IReadOnlyList<string> columns, CancellationToken cancellationToken)
    {
        if (source.Format == DatasetFormat.Parquet)
        {
            return new RowGroupCutter(await RowGroupFile.OpenAsync(blobs, source, length, etag, columns, cancellationToken).ConfigureAwait(false), from);
        }

        if (source.ChunkBy == ChunkBy.Bytes || from.Offset >= length)
        {
            return new ByteCutter(from, length, source.ChunkBytes);
        }

        var stream = await blobs.OpenReadAsync(source.Container, source.Blob, from.Offset, null, etag, cancellationToken).ConfigureAwait(false);
        return new RecordCutter(stream, from, source.ChunkSize, RecordScanner.For(source));
    }

    private static void CheckColumns(DatasetSource source, IReadOnlyList<string> columns, IStageRunner? stage)
    {
        if (stage is not null)
        {
            DatasetCheck.CheckColumns(source, stage, columns);
        }
    }

    // NDJSON has none, and any that are asked for.
    private async ValueTask<(DatasetFormat Format, IReadOnlyList<string> Columns)> FindOutputAsync(string output, DatasetSource source, CancellationToken cancellationToken)
    {
        var name = OutputName.Parse(output);
        var head = await outputs.ReadHeadAsync(name, cancellationToken).ConfigureAwait(false);
        var columns = head.ColumnsOf(name);
        if (head.FormatOf(name) != DatasetFormat.Parquet || source.Columns is not { } wanted)
        {
            return (head.FormatOf(name), columns);
        }

        return wanted.Except(columns, StringComparer.OrdinalIgnoreCase).FirstOrDefault() is { } missing
            ? throw new CelerityException(
                ErrorCodes.ColumnsMissing, $"'{output}' lacks the column '{missing}' that source.columns names. It has: {string.Join(", ", columns)}.")
            : (DatasetFormat.Parquet, wanted);
    }

    private async ValueTask CheckAsync(DatasetSource source, BlobFacts facts, IStageRunner? stage, CancellationToken cancellationToken)
    {
        if (source.Format == DatasetFormat.Parquet)
        {
            _ = await ReadColumnsAsync(source, facts, stage, cancellationToken).ConfigureAwait(false);
        }
        else
        {
            _ = await DatasetCheck.ReadHeaderAsync(blobs, source, facts, stage, cancellationToken).ConfigureAwait(false);
        }
    }

    private async ValueTask<IReadOnlyList<string>> ReadColumnsAsync(DatasetSource source, BlobFacts facts, IStageRunner? stage, CancellationToken cancellationToken)
    {
        var file = await RowGroupFile.OpenAsync(blobs, source, facts.Length, facts.ETag, source.Columns, cancellationToken).ConfigureAwait(false);
        await using (file.ConfigureAwait(false))
        {
            if (stage is not null)
            {
                DatasetCheck.CheckColumns(source, stage, file.Columns);
            }

            return file.Columns;
        }
    }

    private async ValueTask<IReadOnlyList<string>> FindColumnsAsync(StageKey key, DatasetSource source, IStageRunner stage, CancellationToken cancellationToken)
    {
        for (var offset = 0L; await list.ReadPageAsync(key, offset, cancellationToken).ConfigureAwait(false) is { Count: > 0 } page; offset = page[^1].End)
        {
            if (page.FirstOrDefault(entry => entry.Length > 0) is { } entry)
            {
                var one = source with { Prefix = null, Blob = entry.Name };
                return (await OpenBlobAsync(key, one, entry.Facts(), entry.Number, stage, cancellationToken).ConfigureAwait(false)).Columns;
            }
        }

        return [];
    }
}
