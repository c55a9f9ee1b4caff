using Parquet;
using Parquet.Schema;

namespace Celerity.Stages.Outputs;

/// <summary>Bytes.</summary>
internal sealed class BytesValues : ColumnValues
{
    private readonly List<byte[]?> _values = [];

    public override DataField FieldOf(string name) => new(name, typeof(byte[]), isNullable: true);

    public override void Add(object? value)
    {
        var bytes = (byte[]?)value;
        _values.Add(bytes);
        Bytes += IntPtr.Size + (bytes?.Length ?? 0);
    }

    public override Task WriteAsync(ParquetRowGroupWriter group, DataField field) => group.WriteAsync(field, _values!);

    public override async ValueTask ReadAsync(ParquetRowGroupReader group, DataField field, int rows, CancellationToken cancellationToken)
    {
        var values = new byte[]?[rows];
        await group.ReadAsync(field, values.AsMemory()!, null, cancellationToken).ConfigureAwait(false);
        Array.ForEach(values, Add);
    }
}
