using Parquet;
using Parquet.Schema;

namespace Celerity.Tests.Stages.Sources;

/// <summary>Writes Parquet files.</summary>
internal static class ParquetBytes
{
    public static readonly DataField<int> Number = new("n");
    public static readonly DataField Text = new("t", typeof(string), isNullable: true);

    /// <summary>Columns <c>n</c> and <c>t</c>, a row group of each part.</summary>
    public static async Task<byte[]> WriteAsync(
        IReadOnlyList<(int Number, string? Text)[]> groups, CompressionMethod compression = CompressionMethod.Snappy, double dictionary = 0.8)
    {
        using var file = new MemoryStream();
        var options = new ParquetOptions { CompressionMethod = compression, DictionaryEncodingThreshold = dictionary };
        await using (var writer = await ParquetWriter.CreateAsync(new ParquetSchema(Number, Text), file, options))
        {
            foreach (var rows in groups)
            {
                using var group = writer.CreateRowGroup();
                await group.WriteAsync<int>(Number, rows.Select(row => row.Number).ToArray().AsMemory());
                await group.WriteAsync(Text, rows.Select(row => row.Text).ToArray()!);
            }
        }

        return file.ToArray();
    }

    /// <summary>A column <c>n</c> of texts.</summary>
    public static byte[] OfTexts(string[] values, int rowsPerGroup)
    {
        var column = new DataField("n", typeof(string), isNullable: true);
        var groups = new Queue<string[]>(values.Chunk(rowsPerGroup));
        return WriteAsync(new ParquetSchema(column), group => group.WriteAsync(column, groups.Dequeue()), groups.Count).GetAwaiter().GetResult();
    }

    /// <summary>Row groups of any columns.</summary>
    public static async Task<byte[]> WriteAsync(ParquetSchema schema, Func<ParquetRowGroupWriter, Task> write, int groups = 1)
    {
        using var file = new MemoryStream();
        await using (var writer = await ParquetWriter.CreateAsync(schema, file))
        {
            for (var index = 0; index < groups; index++)
            {
                using var group = writer.CreateRowGroup();
                await write(group);
            }
        }

        return file.ToArray();
    }
}
