using System.Security.Cryptography;
using System.Text;

namespace Celerity.Stages.Outputs;

/// <summary>How a transform writes its records.</summary>
/// <param name="Format">NDJSON, CSV or Parquet.</param>
/// <param name="Record">The records' type.</param>
/// <param name="Columns">The columns; none of NDJSON.</param>
internal sealed record OutputForm(DatasetFormat Format, Type Record, IReadOnlyList<OutputColumn> Columns)
{
    /// <summary>Gets the columns' names.</summary>
    public IReadOnlyList<string> Names => [.. Columns.Select(column => column.Name)];

    /// <summary>Gets a mark of the format and the columns: what was written under another one does not fit together with it.</summary>
    public string Mark => field ??= Convert.ToHexStringLower(SHA256.HashData(
        Encoding.UTF8.GetBytes(string.Join('\n', Columns.Select(column => $"{column.Name}:{column.Type}").Prepend($"{Format}")))).AsSpan(0, 4));

    /// <exception cref="CelerityException">CEL0330: records cannot be written so.</exception>
    public static OutputForm Of(Type record, DatasetFormat format, string transform) => format switch
    {
        DatasetFormat.Ndjson => new OutputForm(format, record, []),
        DatasetFormat.Csv or DatasetFormat.Parquet => new OutputForm(format, record, OutputColumn.Of(record, transform)),
        _ => throw new CelerityException(ErrorCodes.BadTransform, $"{transform}.Format is {format}; a transform writes Ndjson, Csv or Parquet."),
    };

    /// <summary>Makes what takes the records of one chunk.</summary>
    public ChunkOutput New() => Format switch
    {
        DatasetFormat.Csv => new CsvOutput(Columns),
        DatasetFormat.Parquet => new RowsOutput(Columns),
        _ => new NdjsonOutput(Record),
    };
}
