using Parquet;
using Parquet.Schema;

namespace Celerity.Cli.Flights;

/// <summary>The columns of one row group, as the file declares them: every one may hold nothing.</summary>
internal sealed record FlightColumns(DateTime?[] Date, long?[] Delay, long?[] Distance, string?[] Origin, string?[] Destination)
{
    public static async Task<FlightColumns> ReadAsync(ParquetRowGroupReader group, ParquetSchema schema, CancellationToken cancellationToken)
    {
        var rows = checked((int)group.RowCount);
        var columns = new FlightColumns(new DateTime?[rows], new long?[rows], new long?[rows], new string?[rows], new string?[rows]);
        await group.ReadAsync<DateTime>(schema.FindDataField("date"), columns.Date, null, cancellationToken);
        await group.ReadAsync<long>(schema.FindDataField("delay"), columns.Delay, null, cancellationToken);
        await group.ReadAsync<long>(schema.FindDataField("distance"), columns.Distance, null, cancellationToken);
        await group.ReadAsync(schema.FindDataField("origin"), columns.Origin!, null, cancellationToken);
        await group.ReadAsync(schema.FindDataField("destination"), columns.Destination!, null, cancellationToken);
        return columns;
    }
}
