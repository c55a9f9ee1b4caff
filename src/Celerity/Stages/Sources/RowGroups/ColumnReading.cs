using System.Numerics;
using Parquet;
using Parquet.Schema;

namespace Celerity.Stages.Sources.RowGroups;

/// <summary>Reads a column by its type.</summary>
internal static class ColumnReading
{
    private static readonly Dictionary<Type, ReadColumn> Readers = new()
    {
        [typeof(ReadOnlyMemory<char>)] = ReadTextsAsync,
        [typeof(string)] = ReadTextsAsync,
        [typeof(ReadOnlyMemory<byte>)] = ReadBytesAsync,
        [typeof(byte[])] = ReadBytesAsync,
        [typeof(bool)] = ReadBooleansAsync,
        [typeof(sbyte)] = ReadColumnAsync<sbyte>,
        [typeof(byte)] = ReadColumnAsync<byte>,
        [typeof(short)] = ReadColumnAsync<short>,
        [typeof(ushort)] = ReadColumnAsync<ushort>,
        [typeof(int)] = ReadColumnAsync<int>,
        [typeof(uint)] = ReadColumnAsync<uint>,
        [typeof(long)] = ReadColumnAsync<long>,
        [typeof(ulong)] = ReadColumnAsync<ulong>,
        [typeof(float)] = ReadColumnAsync<float>,
        [typeof(double)] = ReadColumnAsync<double>,
        [typeof(decimal)] = ReadColumnAsync<decimal>,
        [typeof(BigInteger)] = ReadColumnAsync<BigInteger>,
        [typeof(DateTime)] = ReadColumnAsync<DateTime>,
        [typeof(DateOnly)] = ReadColumnAsync<DateOnly>,
        [typeof(TimeOnly)] = ReadColumnAsync<TimeOnly>,
        [typeof(TimeSpan)] = ReadColumnAsync<TimeSpan>,
        [typeof(Guid)] = ReadColumnAsync<Guid>,
    };

    private delegate ValueTask<RowGroupColumn> ReadColumn(ParquetRowGroupReader group, DataField field, int rows, CancellationToken cancellationToken);

    public static bool CanRead(DataField field) => Readers.ContainsKey(field.ClrType);

    public static ValueTask<RowGroupColumn> ReadAsync(ParquetRowGroupReader group, DataField field, int rows, CancellationToken cancellationToken) =>
        Readers[field.ClrType](group, field, rows, cancellationToken);

    private static async ValueTask<RowGroupColumn> ReadBooleansAsync(ParquetRowGroupReader group, DataField field, int rows, CancellationToken cancellationToken) =>
        new BooleanColumn(await ReadValuesAsync<bool>(group, field, rows, cancellationToken).ConfigureAwait(false));

    private static async ValueTask<RowGroupColumn> ReadColumnAsync<T>(ParquetRowGroupReader group, DataField field, int rows, CancellationToken cancellationToken)
        where T : struct, ISpanFormattable => new ValueColumn<T>(await ReadValuesAsync<T>(group, field, rows, cancellationToken).ConfigureAwait(false));

    private static async ValueTask<T?[]> ReadValuesAsync<T>(ParquetRowGroupReader group, DataField field, int rows, CancellationToken cancellationToken)
        where T : struct
    {
        if (field.IsNullable)
        {
            var nullable = new T?[rows];
            await group.ReadAsync<T>(field, nullable.AsMemory(), null, cancellationToken).ConfigureAwait(false);
            return nullable;
        }

        var values = new T[rows];
        await group.ReadAsync<T>(field, values.AsMemory(), null, cancellationToken).ConfigureAwait(false);
        return Array.ConvertAll(values, value => (T?)value);
    }

    private static async ValueTask<RowGroupColumn> ReadTextsAsync(ParquetRowGroupReader group, DataField field, int rows, CancellationToken cancellationToken)
    {
        var values = new string?[rows];
        await group.ReadAsync(field, values.AsMemory()!, null, cancellationToken).ConfigureAwait(false);
        return new TextColumn(values);
    }

    private static async ValueTask<RowGroupColumn> ReadBytesAsync(ParquetRowGroupReader group, DataField field, int rows, CancellationToken cancellationToken)
    {
        var values = new byte[]?[rows];
        await group.ReadAsync(field, values.AsMemory()!, null, cancellationToken).ConfigureAwait(false);
        return new TextColumn(Array.ConvertAll(values, value => value is null ? null : Convert.ToBase64String(value)));
    }
}
