using System.Globalization;
using Celerity.Storage;
using Parquet;
using Parquet.Schema;

namespace Celerity.Stages.Outputs;

/// <summary>
/// What the chunks of one pass wrote, in one blob that no other pass writes: one request where it is small. The ledger rows of the pass name it; where they are
/// refused, because a twin was faster, it is an orphan that goes with the run. Of a stage that writes no records there is none.
/// </summary>
internal sealed class PassOutput(IBlobStore blobs, StageKey key, int first, OutputForm? form) : IAsyncDisposable
{
    private static readonly ParquetOptions Packed = new() { CompressionMethod = CompressionMethod.Snappy };

    private readonly BlockStream _blob = new(blobs, StorageNames.OutputsContainer, NameOf(key, first, form?.Format), "b");
    private readonly List<(int Chunk, OutputPiece Piece)> _pieces = [];
    private readonly ParquetSchema? _schema = form is { Format: DatasetFormat.Parquet } ? RowsOutput.SchemaOf(form.Columns) : null;
    private ParquetWriter? _rows;

    /// <summary>Takes what a chunk wrote that has succeeded.</summary>
    public async ValueTask KeepAsync(int chunk, ChunkOutput output, CancellationToken cancellationToken)
    {
        if (output.Records == 0)
        {
            return;
        }

        if (_schema is not null)
        {
            _rows ??= await ParquetWriter.CreateAsync(_schema, _blob, Packed, append: false, cancellationToken).ConfigureAwait(false);
        }

        var from = _blob.Position;
        if (output is RowsOutput rows)
        {
            using var group = _rows!.CreateRowGroup();
            await rows.WriteAsync(group, _schema!).ConfigureAwait(false);
        }
        else
        {
            _blob.Write(((TextOutput)output).Written.Span);
        }

        int? number = _schema is null ? null : _pieces.Count;
        _pieces.Add((chunk, new OutputPiece(_blob.Name, 0, from, _blob.Position - from, output.Records, number, form!.Mark)));
        await _blob.FlushBlocksAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Writes the blob.</summary>
    /// <returns>The pieces of the chunks that wrote anything.</returns>
    public async ValueTask<IReadOnlyDictionary<int, OutputPiece>> CloseAsync(CancellationToken cancellationToken)
    {
        if (_pieces.Count > 0)
        {
            await DisposeAsync().ConfigureAwait(false);
            await _blob.CloseNewAsync(cancellationToken).ConfigureAwait(false);
        }

        return _pieces.ToDictionary(piece => piece.Chunk, piece => piece.Piece with { BlobLength = _blob.Length });
    }

    /// <summary>Ends the file; what was not closed is not seen.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_rows is { } rows)
        {
            _rows = null;
            await rows.DisposeAsync().ConfigureAwait(false);
        }
    }

    private static string NameOf(StageKey key, int first, DatasetFormat? format) => string.Create(
        CultureInfo.InvariantCulture, $"{key.BlobFolder}/{first:D8}-{Guid.NewGuid():N}.{format switch { DatasetFormat.Csv => "csv", DatasetFormat.Parquet => "parquet", _ => "ndjson" }}");
}
