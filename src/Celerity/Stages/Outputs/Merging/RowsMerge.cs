using Celerity.Stages.Sources.RowGroups;
using Parquet;
using Parquet.Schema;

namespace Celerity.Stages.Outputs.Merging;

/// <summary>Writes the row groups of chunks as fewer and larger ones, of 100,000 rows and more, up to some 64 MiB.</summary>
internal sealed class RowsMerge(OutputHead head) : IAsyncDisposable
{
    private const int EnoughRows = 100_000;
    private const long EnoughBytes = 64 * 1024 * 1024;

    private static readonly ParquetOptions Packed = new() { CompressionMethod = CompressionMethod.Snappy, UseDateOnlyTypeForDates = true };

    private readonly ParquetSchema _schema = new(head.Columns.Select((name, column) => NewValues(head, column).FieldOf(name)));
    private ParquetWriter? _writer;
    private ColumnValues[] _held = [];
    private int _rows;

    /// <summary>Begins a file, or goes on behind what a stream holds of one.</summary>
    public async ValueTask OpenAsync(Stream file, bool goesOn, CancellationToken cancellationToken) =>
        _writer = await ParquetWriter.CreateAsync(_schema, file, Packed, goesOn, cancellationToken).ConfigureAwait(false);

    /// <summary>Takes a row group.</summary>
    public async ValueTask AddAsync(RowGroupFile file, int group, CancellationToken cancellationToken)
    {
        _held = _rows == 0 ? [.. head.Columns.Select((_, column) => NewValues(head, column))] : _held;
        _rows += await file.ReadGroupAsync(group, ReadAsync, cancellationToken).ConfigureAwait(false);
        if (_rows >= EnoughRows || _held.Sum(values => values.Bytes) >= EnoughBytes)
        {
            await FlushAsync().ConfigureAwait(false);
        }

        async Task<int> ReadAsync(ParquetRowGroupReader reader, IReadOnlyList<DataField> fields, int rows)
        {
            for (var column = 0; column < _held.Length; column++)
            {
                await _held[column].ReadAsync(reader, fields[column], rows, cancellationToken).ConfigureAwait(false);
            }

            return rows;
        }
    }

    /// <summary>Writes what is held.</summary>
    public async ValueTask FlushAsync()
    {
        if (_rows > 0)
        {
            using var group = _writer!.CreateRowGroup();
            for (var column = 0; column < _held.Length; column++)
            {
                await _held[column].WriteAsync(group, _schema.DataFields[column]).ConfigureAwait(false);
            }

            _rows = 0;
        }
    }

    /// <summary>Ends the file.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_writer is { } writer)
        {
            _writer = null;
            await writer.DisposeAsync().ConfigureAwait(false);
        }
    }

    private static ColumnValues NewValues(OutputHead head, int column) => ColumnValues.Of(Type.GetType(head.Types[column])!);
}
