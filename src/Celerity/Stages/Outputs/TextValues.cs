using Parquet;
using Parquet.Schema;

namespace Celerity.Stages.Outputs;

/// <summary>Texts, and what is written as text.</summary>
internal sealed class TextValues : ColumnValues
{
    private readonly List<string?> _values = [];

    public override DataField FieldOf(string name) => new(name, typeof(string), isNullable: true);

    public override object? Check(object? value, string column) => ColumnText.Of(value);

    public override void Add(object? value)
    {
        var text = (string?)value;
        _values.Add(text);
        Bytes += IntPtr.Size + (2L * (text?.Length ?? 0));
    }

    public override Task WriteAsync(ParquetRowGroupWriter group, DataField field) => group.WriteAsync(field, _values!);

    public override async ValueTask ReadAsync(ParquetRowGroupReader group, DataField field, int rows, CancellationToken cancellationToken)
    {
        var values = new string?[rows];
        await group.ReadAsync(field, values.AsMemory()!, null, cancellationToken).ConfigureAwait(false);
        Array.ForEach(values, Add);
    }
}
