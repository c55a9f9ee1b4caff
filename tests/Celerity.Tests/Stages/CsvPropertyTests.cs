using System.Text;
using Celerity.Stages.Planning;
using CsCheck;
using Xunit;

namespace Celerity.Tests.Stages;

/// <summary>Random datasets, cut in any way and read back: exactly the records that were written, with their numbers and lines.</summary>
public sealed class CsvPropertyTests
{
    private const char Separator = '~';

    private static readonly Gen<string> PlainField = Gen.String[Gen.Char["abcß1 '.\"€"], 0, 6].Where(text => !text.StartsWith('"'));
    private static readonly Gen<string> QuotedField = Pick("a", "b", "\n", "\r\n", "\r", "\"", ",", ";", "\t", "|", " ", "€").Array[0, 6].Select(string.Concat);

    private static readonly Gen<Field> AnyField = Gen.OneOf(
        PlainField.Select(text => new Field(text, false)), QuotedField.Select(text => new Field(text, true)));

    // Most records have the header's three fields; the others are to be rejected.
    private static readonly Gen<Line> AnyLine = Gen.Select(
        Gen.Frequency((8, Gen.Const(3)), (1, Gen.Const(2)), (1, Gen.Const(4))).SelectMany(count => AnyField.Array[count]), Gen.Bool, Gen.Frequency((5, Gen.Const(0)), (1, Gen.Int[1, 2])))
        .Select((fields, crlf, blanks) => new Line(fields, crlf ? "\r\n" : "\n", blanks));

    [Fact]
    public void ReadBack_AnyCsvAnyChunkSize_GivesTheRecordsWritten() =>
        Gen.Select(AnyLine.Array[0, 30], Pick(',', ';', '\t', '|'), Gen.Int[1, 12], Gen.Int[1, 5], Gen.Bool, Gen.Bool)
            .Sample(
                (lines, delimiter, chunkSize, perSlice, mark, open) => CheckAsync(lines, delimiter, chunkSize, perSlice, mark, open).GetAwaiter().GetResult(),
                iter: 3_000,
                print: sample => Show(sample.Item1, sample.Item2, sample.Item5, sample.Item6) + $" by {sample.Item3}");

    [Fact]
    public void ReadBackByBytes_AnyCsvWithoutQuotedNewlines_GivesTheRecordsWritten() =>
        Gen.Select(Gen.Select(Gen.Int[0, 400], Gen.Bool).Array[0, 60], Gen.Int[1024, 3000], Gen.Int[1, 4], Gen.Bool)
            .Sample(
                (records, chunkBytes, perSlice, open) => CheckByBytesAsync(records, chunkBytes, perSlice, open).GetAwaiter().GetResult(), iter: 1_000);

    [Fact]
    public void FindEnd_AnySplitOfTheBytes_FindsTheSameEnds() =>
        Gen.Select(Pick((byte)'a', (byte)',', (byte)'"', (byte)'\r', (byte)'\n').Array[0, 60], Gen.Int[1, 7].Array[1, 10], Gen.Bool)
            .Sample((bytes, splits, quotes) =>
            {
                var whole = Ends(bytes, [bytes.Length + 1], quotes);
                var split = Ends(bytes, splits, quotes);
                Assert.Equal(whole.Ends, split.Ends);
                Assert.Equal(whole.LineBreaks, split.LineBreaks);
            }, iter: 50_000);

    private static async Task CheckAsync(Line[] lines, char delimiter, int chunkSize, int perSlice, bool mark, bool open)
    {
        var text = Write(lines, delimiter, mark, open);
        var bench = new StageBench(Encoding.UTF8.GetBytes(text), new Celerity.Stages.StageOptions { ChunksPerSlice = perSlice, ChunksPerPage = 32 });

        var plan = (await bench.PlanAsync(StageBench.Source(chunkSize) with { Delimiter = delimiter })).Plan!;
        var chunks = await bench.ReadAllAsync(
            plan, reader => $"{reader.RecordNumber}{Separator}{reader.GetText(0)}{Separator}{reader.GetText(1)}{Separator}{reader.GetText(2)}");

        var (records, rejects) = Expect(lines);
        Assert.Equal(lines.Length, plan.Records);
        Assert.Equal(records, chunks.SelectMany(chunk => chunk.Records));
        Assert.Equal(rejects, chunks.SelectMany(chunk => chunk.Rejects).Select(reject => (reject.Record, reject.Line)));
    }

    private static async Task CheckByBytesAsync((int Length, bool Crlf)[] records, int chunkBytes, int perSlice, bool open)
    {
        var expected = records.Select((record, index) => $"{index}{new string('x', record.Length)}").ToList();
        var text = new StringBuilder("n\n");
        for (var index = 0; index < records.Length; index++)
        {
            text.Append(expected[index]).Append(open && index == records.Length - 1 ? "" : records[index].Crlf ? "\r\n" : "\n");
        }

        var bench = new StageBench(Encoding.UTF8.GetBytes(text.ToString()), new Celerity.Stages.StageOptions { ChunksPerSlice = perSlice, ChunksPerPage = 32 });
        var source = StageBench.Source() with { ChunkBy = ChunkBy.Bytes, ChunkBytes = chunkBytes, QuotedNewlines = false };

        var plan = (await bench.PlanAsync(source)).Plan!;

        Assert.Equal(expected, (await bench.ReadAllAsync(plan)).SelectMany(chunk => chunk.Records));
    }

    private static (List<long> Ends, long LineBreaks) Ends(byte[] bytes, int[] splits, bool quotes)
    {
        var scanner = new RecordScanner((byte)',', quotes);
        var ends = new List<long>();
        var from = 0;
        for (var part = 0; from < bytes.Length; part++)
        {
            var to = Math.Min(bytes.Length, from + splits[part % splits.Length]);
            while (from < to)
            {
                var end = scanner.FindEnd(bytes.AsSpan(from, to - from));
                from = end < 0 ? to : from + end;
                if (end >= 0)
                {
                    ends.Add(from);
                }
            }
        }

        return (ends, scanner.LineBreaks);
    }

    private static string Write(Line[] lines, char delimiter, bool mark, bool open)
    {
        var text = new StringBuilder(mark ? "\uFEFF" : "").AppendJoin(delimiter, "n", "t", "u\n");
        for (var index = 0; index < lines.Length; index++)
        {
            var line = lines[index];
            text.Append(string.Concat(Enumerable.Repeat(line.End, line.Blanks)));
            text.AppendJoin(delimiter, line.Fields.Select(field => field.Quoted ? $"\"{field.Text.Replace("\"", "\"\"", StringComparison.Ordinal)}\"" : field.Text));
            text.Append(open && index == lines.Length - 1 ? "" : line.End);
        }

        return text.ToString();
    }

    private static (List<string> Records, List<(long Record, long? Line)> Rejects) Expect(Line[] lines)
    {
        var (records, rejects, at) = (new List<string>(), new List<(long, long?)>(), 2L);
        for (var index = 0; index < lines.Length; index++)
        {
            var line = lines[index];
            at += line.Blanks;
            if (line.Fields.Length == 3)
            {
                records.Add(string.Join(Separator, [$"{index + 1}", .. line.Fields.Select(field => field.Text)]));
            }
            else
            {
                rejects.Add((index + 1, at));
            }

            at += 1 + line.Fields.Sum(field => field.Quoted ? field.Text.Count(character => character == '\n') : 0);
        }

        return (records, rejects);
    }

    private static string Show(Line[] lines, char delimiter, bool mark, bool open) =>
        System.Text.Json.JsonSerializer.Serialize(Write(lines, delimiter, mark, open));

    private static Gen<T> Pick<T>(params T[] values) => Gen.Int[0, values.Length - 1].Select(index => values[index]);

    private sealed record Field(string Text, bool Quoted);

    private sealed record Line(Field[] Fields, string End, int Blanks);
}
