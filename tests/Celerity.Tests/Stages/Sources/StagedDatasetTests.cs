using System.Text;
using System.Text.Json;
using Celerity.Stages;
using Celerity.Stages.Sources;
using Celerity.Storage;
using Xunit;

namespace Celerity.Tests.Stages.Sources;

/// <summary>Datasets that cannot be read by range are copied once, or refused with a code; none loses a record.</summary>
public sealed class StagedDatasetTests
{
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };

    private static readonly byte[] Csv = StageBench.Csv("n,t\n1,a\n2,b\n3,\"c\nd\"\n4\n5,e\n");

    [Theory]
    [InlineData(DatasetCompression.Gzip)]
    [InlineData(DatasetCompression.Auto)]
    public async Task Gzip_OfCsv_GivesRecordsWithTheirLines(DatasetCompression compression)
    {
        var bench = new StageBench(Packing.Gzip(Csv));

        var plan = (await bench.PlanAsync(StageBench.Source(2) with { Compression = compression })).Plan!;
        var chunks = await bench.ReadAllAsync(plan);

        Assert.Equal(["1", "2", "3", "5"], chunks.SelectMany(chunk => chunk.Records));
        var reject = Assert.Single(chunks.SelectMany(chunk => chunk.Rejects));
        Assert.Equal((4L, 6L), (reject.Record, reject.Line!.Value));
        Assert.Equal($"{bench.Key.BlobFolder}/data.csv", plan.Source.Blob);
        Assert.Contains(plan.Source.Blob, bench.Storage.Blobs.List(StorageNames.ManifestsContainer));
    }

    [Fact]
    public async Task Gzip_OfSeveralMembers_IsReadToItsEnd()
    {
        for (var cut = 0; cut <= Csv.Length; cut++)
        {
            Assert.Equal(["1", "2", "3", "5"], await ReadAsync(Packing.Gzip(Csv[..cut], Csv[cut..])));
        }
    }

    [Fact]
    public async Task Gzip_CutOffAnywhere_IsRefused()
    {
        var packed = Packing.Gzip(Csv[..9], Csv[9..]);
        var boundary = Packing.Gzip(Csv[..9]).Length;
        for (var length = 0; length < packed.Length; length++)
        {
            if (length != boundary)
            {
                await AssertRefusedAsync(packed[..length], StageBench.Source() with { Compression = DatasetCompression.Gzip }, ErrorCodes.DatasetDamaged);
            }
        }
    }

    [Theory]
    [InlineData(new byte[] { 0 })]
    [InlineData(new byte[] { 0x1F })]
    [InlineData(new byte[] { 0x1F, 0x8B })]
    [InlineData(new byte[] { 1, 2, 3, 4 })]
    public async Task Gzip_FollowedByAnythingAtAnyBufferEnd_IsRefused(byte[] tail)
    {
        // Behind a member that ends anywhere around the library's buffer of 8 KiB.
        for (var length = 8150; length < 8200; length++)
        {
            var random = new byte[length];
            new Random(length).NextBytes(random);
            await AssertRefusedAsync([.. Packing.Gzip([.. "n\n"u8, .. random]), .. tail], StageBench.Source(), ErrorCodes.DatasetDamaged);
        }
    }

    [Fact]
    public async Task Gzip_AnyByteDamaged_IsRefusedOrTheSame()
    {
        var packed = Packing.Gzip(Csv);
        for (var at = 10; at < packed.Length; at++)
        {
            byte[] damaged = [.. packed];
            damaged[at] ^= 0x24;
            var bench = new StageBench(damaged);
            var step = await bench.PlanAsync(StageBench.Source(), nameof(ListStage));

            // The last bits of the packed bytes may say nothing.
            if (step.Plan is { } plan)
            {
                Assert.Equal(["1", "2", "3", "5"], (await bench.ReadAllAsync(plan)).SelectMany(chunk => chunk.Records));
            }
            else
            {
                Assert.Equal(ErrorCodes.DatasetDamaged, step.Fault!.Code);
            }
        }
    }

    [Theory]
    [InlineData(DatasetCompression.Gzip, "set")]
    [InlineData(DatasetCompression.Auto, "set.csv.gz")]
    public async Task Gzip_BySettingOrNameOnly_IsRefused(DatasetCompression compression, string blob)
    {
        var bench = new StageBench(Csv);
        await ((IBlobStore)bench.Storage.Blobs).WriteAsync("data", blob, Csv, CancellationToken.None);

        var step = await bench.PlanAsync(StageBench.Source() with { Compression = compression, Blob = blob });

        Assert.Equal(ErrorCodes.DatasetDamaged, step.Fault!.Code);
        Assert.Contains("source.compression", step.Fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Gzip_NamedSoButDeclaredPlain_IsReadAsItIs()
    {
        var bench = new StageBench(Csv);
        await ((IBlobStore)bench.Storage.Blobs).WriteAsync("data", "set.gz", Csv, CancellationToken.None);

        var plan = (await bench.PlanAsync(StageBench.Source() with { Compression = DatasetCompression.None, Blob = "set.gz" })).Plan!;

        Assert.Equal("set.gz", plan.Source.Blob);
        Assert.Equal(["1", "2", "3", "5"], (await bench.ReadAllAsync(plan)).SelectMany(chunk => chunk.Records));
    }

    [Fact]
    public async Task Gzip_ThatGrowsBeyondTheLimit_IsRefusedAndLeavesNothing()
    {
        var bench = new StageBench(Packing.Gzip([.. "n\n"u8, .. new byte[3 << 20]]), new StageOptions { MaxStagedBytes = 1 << 20 });

        var step = await bench.PlanAsync(StageBench.Source());

        Assert.Equal(ErrorCodes.StagedTooLarge, step.Fault!.Code);
        Assert.Contains("1,048,576", step.Fault.Message, StringComparison.Ordinal);
        Assert.Empty(bench.Storage.Blobs.List(StorageNames.ManifestsContainer));
    }

    [Fact]
    public async Task Gzip_LacksAColumn_IsRefusedBeforeItIsCopied()
    {
        var bench = new StageBench(Packing.Gzip(StageBench.Csv("a,b\n1,2\n")));

        Assert.Equal(ErrorCodes.ColumnsMissing, (await bench.PlanAsync(StageBench.Source())).Fault!.Code);
        Assert.Empty(bench.Storage.Blobs.List(StorageNames.ManifestsContainer));
    }

    [Fact]
    public async Task Plan_StepIsRunAgain_TakesTheCopyThatIsThere()
    {
        var bench = new StageBench(Packing.Gzip(Csv));

        var first = (await bench.PlanAsync(StageBench.Source())).Plan!;
        var second = (await bench.PlanAsync(StageBench.Source())).Plan!;

        Assert.Equal((first.ETag, first.Source, first.Records), (second.ETag, second.Source, second.Records));
        Assert.Equal(["1", "2", "3", "5"], (await bench.ReadAllAsync(first)).SelectMany(chunk => chunk.Records));
    }

    [Fact]
    public async Task Stage_DatasetHasChangedSinceItWasLookedAt_IsRefusedAndLeavesNothing()
    {
        var bench = new StageBench(Packing.Gzip(Csv));
        var before = await ((IBlobStore)bench.Storage.Blobs).FindAsync("data", "set", CancellationToken.None);
        bench.Put("set", Packing.Gzip(Csv[..9]));
        var staged = new StagedDatasets(bench.Storage.Blobs, new StageOptions());

        await Assert.ThrowsAsync<BlobGoneException>(() => staged.StageAsync(
            bench.Key, StageBench.Source(), before!.ETag, number: 0, new Transcoding(Unzips: true, null, IsArray: false, "it"), CancellationToken.None).AsTask());

        Assert.Empty(bench.Storage.Blobs.List(StorageNames.ManifestsContainer));
    }

    [Theory]
    [InlineData("utf-16", true, DatasetEncoding.Auto)]
    [InlineData("utf-16BE", true, DatasetEncoding.Auto)]
    [InlineData("utf-16", false, DatasetEncoding.Utf16LE)]
    [InlineData("utf-16BE", false, DatasetEncoding.Utf16BE)]
    [InlineData("utf-16BE", true, DatasetEncoding.Utf16BE)]
    [InlineData("utf-8", true, DatasetEncoding.Auto)]
    [InlineData("utf-8", false, DatasetEncoding.Utf8)]
    public async Task Encoding_ByMarkOrBySetting_GivesTheSameText(string name, bool mark, DatasetEncoding setting)
    {
        var encoding = Encoding.GetEncoding(name);
        var csv = encoding.GetBytes((mark ? "\uFEFF" : "") + "n,t\n1,ä€\n2,\"漢\n😀\"\n3,x");
        foreach (var dataset in new[] { csv, Packing.Gzip(csv) })
        {
            var bench = new StageBench(dataset);

            var plan = (await bench.PlanAsync(StageBench.Source(1) with { Encoding = setting })).Plan!;

            Assert.Equal(["1ä€", "2漢\n😀", "3x"], (await bench.ReadAllAsync(plan, reader => $"{reader.GetText(0)}{reader.GetText(1)}")).SelectMany(chunk => chunk.Records));
        }
    }

    [Theory]
    [InlineData("""[{"n":1},{"n":2}]""", new[] { """{"n":1}""", """{"n":2}""" })]
    [InlineData("\uFEFF \r\n[ 1 , \"a,]\\\"}\" ,\n[ 2,\n3 ] , null ] \n", new[] { "1", "\"a,]\\\"}\"", "[ 2, 3 ]", "null" })]
    [InlineData("[]", new string[0])]
    [InlineData(" [ \n ] ", new string[0])]
    [InlineData("""[{"a":[{"b":"\\"}]}]""", new[] { """{"a":[{"b":"\\"}]}""" })]
    public async Task JsonArray_Whole_GivesItsElements(string json, string[] expected)
    {
        foreach (var dataset in new[] { StageBench.Csv(json), Packing.Gzip(StageBench.Csv(json)), Encoding.Unicode.GetPreamble().Concat(Encoding.Unicode.GetBytes(json.TrimStart('\uFEFF'))).ToArray() })
        {
            var bench = new StageBench(dataset);
            var plan = (await bench.PlanAsync(StageBench.Source(1) with { Format = DatasetFormat.Json })).Plan!;
            Assert.Equal(expected.Length, plan.Records);
            Assert.Equal(expected, (await bench.ReadAllAsync(plan)).SelectMany(chunk => chunk.Records).Select(record => record.TrimEnd()));
        }
    }

    [Theory]
    [InlineData("[1,,2]", 2)]
    [InlineData("[1,2,]", 3)]
    [InlineData("[,1,2]", 1)]
    [InlineData("[1,2 3,2]", 2)]
    [InlineData("[1,\"a\nb\",2]", 2)]
    [InlineData("[1,{\"a\":1]},2]", 2)]
    public async Task JsonArray_ElementThatIsNoJson_IsRejectedWithItsNumber(string json, int number)
    {
        var bench = new StageBench(StageBench.Csv(json));

        var plan = (await bench.PlanAsync(StageBench.Source(10) with { Format = DatasetFormat.Json })).Plan;
        if (plan is null)
        {
            return;
        }

        var (records, rejects) = Assert.Single(await bench.ReadAllAsync(plan));
        Assert.Equal(["1", "2"], records);
        var reject = Assert.Single(rejects);
        Assert.Equal((number, null), (reject.Record, reject.Line));
    }

    [Theory]
    [InlineData("")]
    [InlineData("{}")]
    [InlineData("[1,2")]
    [InlineData("[\"a]")]
    [InlineData("[1]2")]
    [InlineData("[1]]")]
    [InlineData("[1}]")]
    [InlineData("{\"a\":1}\n{\"a\":2}\n")]
    public async Task JsonArray_NotWhole_IsRefused(string json) =>
        await AssertRefusedAsync(StageBench.Csv(json), StageBench.Source() with { Format = DatasetFormat.Json }, ErrorCodes.DatasetDamaged);

    [Fact]
    public async Task JsonArray_OfAnySize_IsCutAsItWasWritten()
    {
        var elements = Enumerable.Range(0, 5000).Select(number => new { n = number, t = new string('ü', number % 97) }).ToList();
        var bench = new StageBench(JsonSerializer.SerializeToUtf8Bytes(elements, Indented));

        var plan = (await bench.PlanAsync(StageBench.Source(333) with { Format = DatasetFormat.Json })).Plan!;

        var numbers = (await bench.ReadAllAsync(plan, reader => JsonDocument.Parse(reader.GetText(0).ToString()).RootElement.GetProperty("n").ToString())).SelectMany(chunk => chunk.Records);
        Assert.Equal(elements.Select(element => $"{element.n}"), numbers);
    }

    private static async Task<IEnumerable<string>> ReadAsync(byte[] dataset)
    {
        var bench = new StageBench(dataset);
        return (await bench.ReadAllAsync((await bench.PlanAsync(StageBench.Source(2))).Plan!)).SelectMany(chunk => chunk.Records);
    }

    private static async Task AssertRefusedAsync(byte[] dataset, DatasetSource source, string code)
    {
        var bench = new StageBench(dataset);
        Assert.Equal(code, (await bench.PlanAsync(source, nameof(ListStage))).Fault?.Code);
        Assert.Empty(bench.Storage.Blobs.List(StorageNames.ManifestsContainer));
    }
}
