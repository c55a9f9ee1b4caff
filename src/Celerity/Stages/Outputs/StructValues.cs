using System.Runtime.CompilerServices;
using Parquet;
using Parquet.Schema;

namespace Celerity.Stages.Outputs;

/// <summary>Numbers, truths, dates and times.</summary>
internal class StructValues<T>(Func<object, T>? convert = null) : ColumnValues
    where T : struct
{
    private readonly List<T?> _values = [];

    public override DataField FieldOf(string name) => new(name, typeof(T), isNullable: true);

    public override void Add(object? value)
    {
        _values.Add(value is null ? null : convert is null ? (T)value : convert(value));
        Bytes += Unsafe.SizeOf<T?>();
    }

    public override Task WriteAsync(ParquetRowGroupWriter group, DataField field) => group.WriteAsync<T>(field, _values.ToArray().AsMemory());

    public override async ValueTask ReadAsync(ParquetRowGroupReader group, DataField field, int rows, CancellationToken cancellationToken)
    {
        var values = new T?[rows];
        await group.ReadAsync<T>(field, values.AsMemory(), null, cancellationToken).ConfigureAwait(false);
        _values.AddRange(values);
        Bytes += rows * (long)Unsafe.SizeOf<T?>();
    }
}
