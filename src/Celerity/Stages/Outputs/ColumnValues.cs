using Parquet;
using Parquet.Schema;

namespace Celerity.Stages.Outputs;

/// <summary>The values of one column of a row group. All columns may be without a value.</summary>
internal abstract class ColumnValues
{
    /// <summary>Gets how many bytes are held, about.</summary>
    public long Bytes { get; protected set; }

    public static ColumnValues Of(Type type) => type switch
    {
        _ when type == typeof(bool) => new StructValues<bool>(),
        _ when type == typeof(sbyte) || type == typeof(byte) || type == typeof(short) || type == typeof(ushort) || type == typeof(int) =>
            new StructValues<int>(value => Convert.ToInt32(value, null)),
        _ when type == typeof(uint) || type == typeof(long) => new StructValues<long>(value => Convert.ToInt64(value, null)),
        _ when type == typeof(float) => new StructValues<float>(),
        _ when type == typeof(double) => new StructValues<double>(),
        _ when type == typeof(decimal) => new DecimalValues(),
        _ when type == typeof(DateOnly) => new StructValues<DateOnly>(),
        _ when type == typeof(DateTime) || type == typeof(DateTimeOffset) => new TimeValues(),
        _ when type == typeof(byte[]) => new BytesValues(),
        _ => new TextValues(),
    };

    /// <summary>The column as a file's schema names it.</summary>
    public abstract DataField FieldOf(string name);

    /// <summary>Turns a value into what is kept of it.</summary>
    /// <exception cref="CelerityException">CEL0331: it cannot be written.</exception>
    public virtual object? Check(object? value, string column) => value;

    /// <summary>Takes what <see cref="Check"/> gave.</summary>
    public abstract void Add(object? value);

    public abstract Task WriteAsync(ParquetRowGroupWriter group, DataField field);

    /// <summary>Reads a column of a row group that was written so, behind what is there.</summary>
    public abstract ValueTask ReadAsync(ParquetRowGroupReader group, DataField field, int rows, CancellationToken cancellationToken);
}
