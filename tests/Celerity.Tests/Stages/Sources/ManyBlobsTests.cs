using System.Text;
using Celerity.Stages;
using Celerity.Storage;
using Xunit;

namespace Celerity.Tests.Stages.Sources;

/// <summary>Datasets of many blobs: each record once, in the order of the blobs' names, with its place in its own blob.</summary>
public sealed class ManyBlobsTests
{
    private static readonly DatasetSource Source = StageBench.Source(2) with { Blob = "", Prefix = "in/" };

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(100)]
    public async Task Prefix_AnyChunkSize_GivesEachRecordOnceInOrder(int chunkSize)
    {
        var bench = Bench(("in/b", "n\n4\n5\n"), ("in/a", "\uFEFFn\r\n1\r\n2\r\n3"), ("in/c", ""), ("in/d", "n\n"), ("in/e", "n\n6\n\n\n"), ("inner", "n\n9\n"), ("other/a", "n\n9\n"));

        var plan = (await bench.PlanAsync(Source with { ChunkSize = chunkSize })).Plan!;
        var chunks = await bench.ReadAllAsync(plan, reader => $"{reader.RecordNumber}:{reader.GetText(0)}");

        Assert.Equal(["1:1", "2:2", "3:3", "4:4", "5:5", "6:6"], chunks.SelectMany(chunk => chunk.Records));
        Assert.Equal(6, plan.Records);
        Assert.Equal(chunkSize switch { 1 => 6, 2 => 4, _ => 3 }, plan.Layout.ChunkCount);
    }

    [Fact]
    public async Task Prefix_Rejects_TellBlobAndLineInIt()
    {
        var bench = Bench(("in/a", "n,t\n1,a\n2\n"), ("in/b", "n,t\n\n3,\"x\ny\"\n4\n"));

        var plan = (await bench.PlanAsync(Source)).Plan!;

        var rejects = (await bench.ReadAllAsync(plan)).SelectMany(chunk => chunk.Rejects);
        Assert.Equal([("in/a", 2L, 3L), ("in/b", 4L, 5L)], rejects.Select(reject => (reject.Blob!, reject.Record, reject.Line!.Value)));
    }

    [Theory]
    [InlineData(ChunkBy.Records)]
    [InlineData(ChunkBy.Bytes)]
    public async Task Prefix_PackedAndPlainMixed_GivesEachRecordOnce(ChunkBy chunkBy)
    {
        var bench = Bench(("in/a.csv", "n\n1\n2\n"), ("in/d", "n\n7\n"));
        bench.Put("in/b.csv.gz", Packing.Gzip(StageBench.Csv("n\n3\n4\n"), StageBench.Csv("5\n")));
        bench.Put("in/c", [.. Encoding.Unicode.GetPreamble(), .. Encoding.Unicode.GetBytes("n\n6\n")]);

        var plan = (await bench.PlanAsync(Source with { ChunkBy = chunkBy, ChunkBytes = 1024, QuotedNewlines = false })).Plan!;

        Assert.Equal(["1", "2", "3", "4", "5", "6", "7"], (await bench.ReadAllAsync(plan)).SelectMany(chunk => chunk.Records));
    }

    [Fact]
    public async Task Prefix_JsonArrays_GivesEachElementOnce()
    {
        var bench = Bench(("in/a", "[1, 2]"), ("in/b", "[]"), ("in/c", "[3]"));

        var plan = (await bench.PlanAsync(Source with { Format = DatasetFormat.Json })).Plan!;

        Assert.Equal(["1", "2", "3"], (await bench.ReadAllAsync(plan)).SelectMany(chunk => chunk.Records));
    }

    [Theory]
    [InlineData(1024)]
    [InlineData(1500)]
    [InlineData(100_000)]
    public async Task PrefixByBytes_AnyChunkSize_GivesEachRecordToOneChunk(int chunkBytes)
    {
        var bench = new StageBench([], new StageOptions { ChunksPerSlice = 3, ChunksPerPage = 32 });
        var expected = new List<string>();
        for (var blob = 0; blob < 7; blob++)
        {
            var numbers = Enumerable.Range(blob * 1000, blob * 150).Select(number => $"{number}");
            expected.AddRange(numbers);
            bench.Put($"in/{blob}", StageBench.Csv("n,t\n" + string.Join('\n', numbers.Select(number => $"{number},{new string('x', number.Length * 9)}"))));
        }

        var plan = (await bench.PlanAsync(Source with { ChunkBy = ChunkBy.Bytes, ChunkBytes = chunkBytes, QuotedNewlines = false })).Plan!;

        Assert.Equal(expected, (await bench.ReadAllAsync(plan)).SelectMany(chunk => chunk.Records));
    }

    [Fact]
    public async Task PrefixByBytes_WithoutHeaders_GivesTheFirstRecordOfEachBlob()
    {
        var bench = Bench(("in/a", "1\n2"), ("in/b", "3\n"), ("in/c", "4"));

        var plan = (await bench.PlanAsync(Source with { ChunkBy = ChunkBy.Bytes, Format = DatasetFormat.Ndjson })).Plan!;

        Assert.Equal(["1", "2", "3", "4"], (await bench.ReadAllAsync(plan)).SelectMany(chunk => chunk.Records));
    }

    [Theory]
    [InlineData("none/")]
    [InlineData("IN/")]
    public async Task Prefix_OfNoBlob_IsRefused(string prefix)
    {
        var step = await Bench(("in/a", "n\n1\n")).PlanAsync(Source with { Prefix = prefix });

        Assert.Equal(ErrorCodes.NoBlobs, step.Fault!.Code);
    }

    [Theory]
    [InlineData("in/b", "n,u\n1,2\n")]
    [InlineData("in/b", "t,n\n1,2\n")]
    [InlineData("in/b", "n\n1\n")]
    public async Task Prefix_OtherColumnsInALaterBlob_IsRefusedByName(string name, string csv)
    {
        var step = await Bench(("in/a", "n,t\n1,a\n"), (name, csv)).PlanAsync(Source);

        Assert.Equal(ErrorCodes.ColumnsMissing, step.Fault!.Code);
        Assert.Contains(name, step.Fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Prefix_BlobAndPrefix_IsRefused() =>
        Assert.Equal(ErrorCodes.SettingOutOfRange, (await Bench().PlanAsync(Source with { Blob = "set" })).Fault!.Code);

    [Fact]
    public async Task Prefix_BlobChangesAfterItWasPlanned_ItsChunksFail()
    {
        var bench = Bench(("in/a", "n\n1\n"), ("in/b", "n\n2\n"));
        var plan = (await bench.PlanAsync(Source)).Plan!;

        bench.Put("in/b", StageBench.Csv("n\n3\n"));

        await Assert.ThrowsAsync<BlobGoneException>(() => bench.ReadAllAsync(plan));
    }

    [Fact]
    public async Task Prefix_StepsOfOnePage_GivesTheSamePlanThoughABlobComesMeanwhile()
    {
        var options = new StageOptions { ChunksPerPage = 32, ChunksPerSlice = 5, PlanStep = TimeSpan.Zero };
        var bench = new StageBench([], options);
        for (var blob = 0; blob < 200; blob++)
        {
            bench.Put($"in/{blob:D3}", blob % 3 == 0 ? Packing.Gzip(StageBench.Csv($"n\n{blob}\n{blob}\n")) : StageBench.Csv($"n\n{blob}\n{blob}\n"));
        }

        var plan = (await bench.PlanAsync(Source with { ChunkSize = 1 }, meanwhile: () => bench.Put("in/000a", StageBench.Csv("n\n9\n")))).Plan!;

        Assert.Equal(400, plan.Layout.ChunkCount);
        Assert.Equal(
            Enumerable.Range(0, 200).SelectMany(blob => new[] { $"{blob}", $"{blob}" }), (await bench.ReadAllAsync(plan)).SelectMany(chunk => chunk.Records));
    }

    [Fact]
    public async Task Prefix_FirstStepIsRunAgainAndABlobHasCome_TakesTheListThatIsThere()
    {
        var bench = Bench(("in/b", "n\n1\n"));
        Assert.Equal(1, (await bench.PlanAsync(Source)).Plan!.Records);

        bench.Put("in/a", StageBench.Csv("n\n2\n"));
        var plan = (await bench.PlanAsync(Source)).Plan!;

        Assert.Equal(["1"], (await bench.ReadAllAsync(plan)).SelectMany(chunk => chunk.Records));
    }

    [Fact]
    public async Task Prefix_TwoThousandBlobs_AreReadOnce()
    {
        var bench = new StageBench([], new StageOptions { ChunksPerPage = 1000 });
        for (var blob = 0; blob < 2_000; blob++)
        {
            bench.Put($"in/{blob:D6}", StageBench.Csv($"n\n{blob}\n"));
        }

        var plan = (await bench.PlanAsync(Source)).Plan!;

        Assert.Equal((2_000, 2_000L), (plan.Layout.ChunkCount, plan.Records));
        Assert.Equal(Enumerable.Range(0, 2_000).Sum(), (await bench.ReadAllAsync(plan)).Sum(chunk => chunk.Records.Sum(int.Parse)));
    }

    [Fact]
    public async Task Prefix_ALargeSliceOverManyBlobs_FitsAMessageAndReadsEachBlobOnce()
    {
        var bench = new StageBench([]);
        for (var blob = 0; blob < 32; blob++)
        {
            bench.Put($"in/{new string('ü', 400)}{blob:D2}", StageBench.Csv("n\n1\n2\n3\n"));
        }

        var plan = (await bench.PlanAsync(Source with { ChunkSize = 1 })).Plan!;
        var message = await bench.MakeAsync(plan, 0);

        Assert.Equal(32, message.Chunks.Count);
        Assert.InRange(message.Encode().Length, 1, 6000);
        Assert.Equal(96, (await bench.ReadAllAsync(plan)).Sum(chunk => chunk.Records.Count));
    }

    private static StageBench Bench(params (string Name, string Csv)[] blobs)
    {
        var bench = new StageBench([]);
        foreach (var (name, csv) in blobs)
        {
            bench.Put(name, StageBench.Csv(csv));
        }

        return bench;
    }
}
