using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Celerity.Stages;
using Celerity.Stages.Records;
using CsCheck;
using Xunit;

namespace Celerity.Tests.Stages.Sources;

/// <summary>The same records in every format, dialect and packing, cut in any way: all read back, each once, in order.</summary>
public sealed class FormatPropertyTests
{
    private static readonly Gen<string> AnyText =
        Pick("a", "b", "\n", "\r\n", "\r", "\"", "'", ",", ";", "\t", "\\", "[", "]", "{", "}", ":", " ", "€", "😀", "\u0000", "\u2028").Array[0, 7].Select(string.Concat);

    private static readonly Gen<(int Number, string Text)[]> AnyRecords = Gen.Select(Gen.Int, AnyText).Array[0, 25];

    private static readonly Gen<Dialect> AnyDialect = Gen.Select(
        Pick(',', ';', '\t', '|'), Pick('"', '\''), Gen.Bool, Pick("\n", "\r\n"), Gen.Bool, Gen.Bool, Pick(DatasetEncoding.Utf8, DatasetEncoding.Utf16LE, DatasetEncoding.Utf16BE))
        .Select((delimiter, quote, header, end, isOpen, mark, encoding) => new Dialect(delimiter, quote, header, end, isOpen, mark, encoding));

    private static readonly Gen<Packaging> AnyPackaging = Gen.Select(Gen.Int[1, 9], Gen.Int[1, 5], Gen.Bool, Gen.Int[0, 40], Gen.Int[1, 3]).Select(
        (chunkSize, perSlice, gzip, cut, blobs) => new Packaging(chunkSize, perSlice, gzip, cut, blobs));

    [Fact]
    public void Csv_AnyDialectAnyCut_GivesTheRecordsWritten() =>
        Gen.Select(AnyRecords, AnyDialect, AnyPackaging).Sample(
            (records, dialect, packaging) => CheckAsync(
                records, packaging, part => dialect.Encode(dialect.Write(part)),
                StageBench.Source() with { Delimiter = dialect.Delimiter, Quote = dialect.Quote, Header = dialect.Header, Columns = dialect.Header ? null : ["n", "t"], Encoding = dialect.Setting },
                reader => (reader.TryGetInt32(reader.GetOrdinal("n"), out var number) ? number : -1, reader.GetText(reader.GetOrdinal("t")).ToString())).GetAwaiter().GetResult(),
            iter: 400);

    [Fact]
    public void Json_AnyFormAnyCut_GivesTheRecordsWritten() =>
        Gen.Select(AnyRecords, AnyDialect, AnyPackaging, Gen.Bool, Gen.Bool).Sample(
            (records, dialect, packaging, array, indented) => CheckAsync(
                records, packaging, part => dialect.Encode(array ? Array(part, indented) : Lines(part, dialect)),
                StageBench.Source() with { Format = array ? DatasetFormat.Json : DatasetFormat.Ndjson, Encoding = dialect.Setting },
                reader => reader.TryGet<Record>(out var record) ? (record.N, record.T) : (-1, "?")).GetAwaiter().GetResult(),
            iter: 400);

    [Fact]
    public void Parquet_AnyRowGroups_GivesTheRecordsWritten() =>
        Gen.Select(AnyRecords, AnyPackaging).Sample(
            (records, packaging) => CheckAsync(
                records, packaging with { Gzip = false }, part => ParquetBytes.WriteAsync([.. part.Chunk(packaging.ChunkSize).Select(rows => rows.Select(row => (row.Number, (string?)row.Text)).ToArray())]).GetAwaiter().GetResult(),
                StageBench.Source() with { Format = DatasetFormat.Parquet },
                reader => reader.TryGet<Record>(out var record) && reader.GetText(1).SequenceEqual(record.T) ? (record.N, record.T) : (-1, "?")).GetAwaiter().GetResult(),
            iter: 150);

    private static async Task CheckAsync(
        (int Number, string Text)[] records, Packaging packaging, Func<(int Number, string Text)[], byte[]> write, DatasetSource source, Func<ChunkReader, (int, string)> read)
    {
        var bench = new StageBench([], new StageOptions { ChunksPerSlice = packaging.PerSlice, ChunksPerPage = 32 });
        var parts = records.Length == 0 ? [records] : records.Chunk((records.Length + packaging.Blobs - 1) / packaging.Blobs).ToArray();
        for (var part = 0; part < parts.Length; part++)
        {
            var bytes = write(parts[part]);
            var cut = Math.Min(packaging.Cut, bytes.Length);
            bench.Put($"in/{part}", packaging.Gzip ? Packing.Gzip(bytes[..cut], bytes[cut..]) : bytes);
        }

        source = source with { ChunkSize = packaging.ChunkSize };
        source = parts.Length == 1 ? source with { Blob = "in/0" } : source with { Blob = "", Prefix = "in/" };

        var step = await bench.PlanAsync(source, nameof(ListStage));

        Assert.Null(step.Fault);
        var found = new List<(int, string)>();
        var chunks = await bench.ReadAllAsync(step.Plan!, reader =>
        {
            found.Add(read(reader));
            return "";
        });
        Assert.Equal(records, found);
        Assert.All(chunks, chunk => Assert.Empty(chunk.Rejects));
        Assert.Equal(records.Length, step.Plan!.Records);
    }

    private static readonly JsonSerializerOptions Plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
    private static readonly JsonSerializerOptions Indented = new(Plain) { WriteIndented = true };

    private static string Lines((int Number, string Text)[] records, Dialect dialect)
    {
        var lines = string.Concat(records.Select(record => JsonSerializer.Serialize(new Record(record.Number, record.Text), Plain) + dialect.End));
        return dialect.IsOpen ? lines.TrimEnd('\r', '\n') : lines;
    }

    private static string Array((int Number, string Text)[] records, bool indented) =>
        JsonSerializer.Serialize(records.Select(record => new Record(record.Number, record.Text)), indented ? Indented : Plain);

    private static Gen<T> Pick<T>(params T[] values) => Gen.Int[0, values.Length - 1].Select(index => values[index]);

    private sealed record Record(int N, string T);

    private sealed record Packaging(int ChunkSize, int PerSlice, bool Gzip, int Cut, int Blobs);

    private sealed record Dialect(char Delimiter, char Quote, bool Header, string End, bool IsOpen, bool Mark, DatasetEncoding Encoding)
    {
        /// <summary>Without a mark, only the setting tells what the text is written in.</summary>
        public DatasetEncoding Setting => Mark ? DatasetEncoding.Auto : Encoding;

        public string Write((int Number, string Text)[] records)
        {
            var text = new StringBuilder(Header ? $"n{Delimiter}t{End}" : "");
            foreach (var (number, field) in records)
            {
                text.Append(number).Append(Delimiter).Append(Quote).Append(field.Replace($"{Quote}", $"{Quote}{Quote}", StringComparison.Ordinal)).Append(Quote).Append(End);
            }

            return IsOpen && text.Length > 0 ? text.ToString()[..^End.Length] : text.ToString();
        }

        public byte[] Encode(string text)
        {
            var encoding = Encoding switch { DatasetEncoding.Utf16LE => System.Text.Encoding.Unicode, DatasetEncoding.Utf16BE => System.Text.Encoding.BigEndianUnicode, _ => System.Text.Encoding.UTF8 };
            return encoding.GetBytes((Mark ? "\uFEFF" : "") + text);
        }
    }
}
