using Parquet;
using Parquet.Schema;

namespace Celerity.Stages.Outputs;

/// <summary>Records as columns: a row group of a Parquet file.</summary>
internal sealed class RowsOutput(IReadOnlyList<OutputColumn> columns) : ChunkOutput
{
    private readonly ColumnValues[] _values = [.. columns.Select(column => ColumnValues.Of(column.Type))];

    protected override long Bytes => _values.Sum(values => values.Bytes);

    /// <summary>The schema of a file of such columns.</summary>
    public static ParquetSchema SchemaOf(IReadOnlyList<OutputColumn> columns) =>
        new(columns.Select(column => ColumnValues.Of(column.Type).FieldOf(column.Name)));

    public async ValueTask WriteAsync(ParquetRowGroupWriter group, ParquetSchema schema)
    {
        for (var column = 0; column < _values.Length; column++)
        {
            await _values[column].WriteAsync(group, schema.DataFields[column]).ConfigureAwait(false);
        }
    }

    protected override void Append(object record)
    {
        // All are read before the first is taken: a getter may throw.
        var values = Array.ConvertAll(_values, values => (object?)null);
        for (var column = 0; column < values.Length; column++)
        {
            values[column] = _values[column].Check(columns[column].Get(record), columns[column].Name);
        }

        for (var column = 0; column < values.Length; column++)
        {
            _values[column].Add(values[column]);
        }
    }
}
