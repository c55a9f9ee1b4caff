using System.Text;
using Celerity.Stages;
using Celerity.Stages.Outputs;
using Celerity.Stages.Outputs.Merging;
using Celerity.Stages.Sources.RowGroups;
using Celerity.Storage;
using Celerity.TestKit.Storage;
using Xunit;

namespace Celerity.Tests.Stages.Outputs;

/// <summary>How values are written, and which cannot be.</summary>
public sealed class FormatTests
{
    private static readonly AllKinds Full = new(
        "t", 'c', true, 1, -2, -3, 4, -5, 6, -7, ulong.MaxValue, 1.5f, double.Epsilon, -12345678901234567890.123456789m,
        new DateTime(2026, 2, 3, 4, 5, 6, DateTimeKind.Utc), new DateTimeOffset(2026, 2, 3, 4, 5, 6, 789, TimeSpan.FromHours(2)), DateOnly.MaxValue, new TimeOnly(1, 2, 3),
        TimeSpan.FromMinutes(90), new Guid("00112233445566778899aabbccddeeff"), [1, 2], DayOfWeek.Friday, 8);

    [Fact]
    public void Csv_ValuesOfAllKinds_AreWrittenTheSameEverywhere() => Assert.Equal(
        "t,c,true,1,-2,-3,4,-5,6,-7,18446744073709551615,1.5,5E-324,-12345678901234567890.123456789,2026-02-03T04:05:06Z,2026-02-03T04:05:06.789+02:00,9999-12-31,01:02:03,"
        + "01:30:00,00112233-4455-6677-8899-aabbccddeeff,AQI=,Friday,8\n",
        WriteCsv(Full));

    [Fact]
    public async Task Parquet_ValuesOfAllKinds_AreReadBackAlsoFromWhatWasMerged()
    {
        const string Expected = "t,c,true,1,-2,-3,4,-5,6,-7,18446744073709551615,1.5,5E-324,-12345678901234567890.123456789,2026-02-03T04:05:06Z,2026-02-03T02:05:06.789Z,9999-12-31,"
            + "01:02:03,01:30:00,00112233-4455-6677-8899-aabbccddeeff,AQI=,Friday,8";
        var token = TestContext.Current.CancellationToken;
        var blobs = new InMemoryBlobStore();
        blobs.Create(StorageNames.OutputsContainer);
        var form = OutputForm.Of(typeof(AllKinds), DatasetFormat.Parquet, "T");
        var chunk = form.New();
        chunk.Add(Full);
        chunk.Add(Full with { Maybe = null });
        await using var pass = new PassOutput(blobs, new StageKey("r", 1, 1), 0, form);
        await pass.KeepAsync(0, chunk, token);
        var piece = (await pass.CloseAsync(token))[0];

        var written = await OpenAsync(blobs, piece.Blob, piece.BlobLength);
        Assert.Equal(Expected, await ReadAsync(written, 0));
        Assert.Equal(Expected[..^1], await ReadAsync(written, 1));

        var head = new OutputHead(DatasetFormat.Parquet, form.Names, [.. form.Columns.Select(column => column.KeptType.FullName!)], 1, 1, "", "");
        var stream = new BlockStream(blobs, StorageNames.OutputsContainer, "merged", "b");
        await using (var rows = new RowsMerge(head))
        {
            await rows.OpenAsync(stream, goesOn: false, token);
            await rows.AddAsync(written, 0, token);
            await rows.FlushAsync();
        }

        await stream.CloseNewAsync(token);
        var merged = await OpenAsync(blobs, "merged", stream.Length);
        Assert.Equal(Expected, await ReadAsync(merged, 0));
        Assert.Equal(Expected[..^1], await ReadAsync(merged, 1));
    }

    [Fact]
    public void Csv_FieldsThatNeedQuotes_HaveThem() => Assert.Equal(
        "\"a,b\",\"\"\"\",\"x\ny\"\n\"\r\",\" a\",\"a\t\"\n,\"\",=1+1\n",
        WriteCsv(new Three("a,b", "\"", "x\ny"), new Three("\r", " a", "a\t"), new Three(null, "", "=1+1")));

    [Fact]
    public void Csv_OnlyColumnWithoutAValue_IsNoBlankLine() => Assert.Equal("\"\"\n\"\"\nx\n", WriteCsv(new One(null), new One(""), new One("x")));

    [Fact]
    public void Csv_LongTextOfPairs_KeepsEachPairWhole()
    {
        var text = string.Concat(Enumerable.Repeat("a\U0001F600", 20_000));

        Assert.Equal(text + "\n", WriteCsv(new One(text)));
    }

    [Fact]
    public void Ndjson_LineBreakOutsideOfTexts_IsRefused()
    {
        var output = OutputForm.Of(typeof(Raw), DatasetFormat.Ndjson, "T").New();

        Assert.Equal(ErrorCodes.OutputRefused, Assert.Throws<CelerityException>(() => output.Add(new Raw("{\n}"))).Code);
        Assert.Equal(0, output.Records);
    }

    [Theory]
    [InlineData(typeof(Nested), DatasetFormat.Csv)]
    [InlineData(typeof(Nested), DatasetFormat.Parquet)]
    [InlineData(typeof(int), DatasetFormat.Csv)]
    [InlineData(typeof(Empty), DatasetFormat.Parquet)]
    [InlineData(typeof(One), DatasetFormat.Json)]
    public void Form_OfWhatCannotBeColumns_IsRefused(Type record, DatasetFormat format) =>
        Assert.Equal(ErrorCodes.BadTransform, Assert.Throws<CelerityException>(() => OutputForm.Of(record, format, "T")).Code);

    [Theory]
    [InlineData("100000000000000000000")]
    [InlineData("0.0000000000000000001")]
    public void Parquet_DecimalThatDoesNotFit_IsRefusedAndNothingIsTaken(string number)
    {
        var output = OutputForm.Of(typeof(Price), DatasetFormat.Parquet, "T").New();

        var refused = Assert.Throws<CelerityException>(() => output.Add(new Price("a", decimal.Parse(number, System.Globalization.CultureInfo.InvariantCulture))));

        Assert.Equal((ErrorCodes.OutputRefused, 0), (refused.Code, output.Records));
    }

    [Theory]
    [InlineData(DatasetFormat.Csv)]
    [InlineData(DatasetFormat.Ndjson)]
    [InlineData(DatasetFormat.Parquet)]
    public void Output_BeyondItsLimit_IsRefused(DatasetFormat format)
    {
        var output = OutputForm.Of(typeof(One), format, "T").New();
        var text = new string('x', 8 * 1024 * 1024);

        Assert.Equal(ErrorCodes.OutputRefused, Assert.Throws<CelerityException>(() =>
        {
            for (var record = 0; record < 9; record++)
            {
                output.Add(new One(text));
            }
        }).Code);
    }

    private static ValueTask<RowGroupFile> OpenAsync(InMemoryBlobStore blobs, string blob, long length) => RowGroupFile.OpenAsync(
        blobs, new DatasetSource { Container = StorageNames.OutputsContainer, Blob = blob }, length, null, null, TestContext.Current.CancellationToken);

    private static async Task<string> ReadAsync(RowGroupFile file, int row)
    {
        var group = await file.ReadGroupAsync(0, TestContext.Current.CancellationToken);
        return string.Join(',', group.Columns.Select(column => column.TextOf(row).ToString()));
    }

    private static string WriteCsv(params object[] records)
    {
        var output = (TextOutput)OutputForm.Of(records[0].GetType(), DatasetFormat.Csv, "T").New();
        Array.ForEach(records, output.Add);
        return Encoding.UTF8.GetString(output.Written.Span);
    }

    internal sealed record AllKinds(
        string Text, char Sign, bool Truth, byte U8, sbyte I8, short I16, ushort U16, int I32, uint U32, long I64, ulong U64, float F32, double F64, decimal Money,
        DateTime Time, DateTimeOffset Instant, DateOnly Day, TimeOnly Clock, TimeSpan Span, Guid Id, byte[] Bytes, DayOfWeek Weekday, int? Maybe);

    internal sealed record Three(string? A, string? B, string? C);

    internal sealed record One(string? A);

    internal sealed record Price(string A, decimal B);

    internal sealed record Nested(int[] Numbers);

    internal sealed record Empty;

    internal sealed record Raw([property: System.Text.Json.Serialization.JsonConverter(typeof(RawConverter))] string Json);

    private sealed class RawConverter : System.Text.Json.Serialization.JsonConverter<string>
    {
        public override string? Read(ref System.Text.Json.Utf8JsonReader reader, Type typeToConvert, System.Text.Json.JsonSerializerOptions options) => reader.GetString();

        public override void Write(System.Text.Json.Utf8JsonWriter writer, string value, System.Text.Json.JsonSerializerOptions options) => writer.WriteRawValue(value);
    }
}
