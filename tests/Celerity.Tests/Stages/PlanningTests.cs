using System.Globalization;
using System.Text;
using Celerity.Stages;
using Xunit;

namespace Celerity.Tests.Stages;

public sealed class PlanningTests
{
    [Theory]
    [InlineData("n,t\n1,a\n2,b\n3,c\n4,d\n5,e\n")]
    [InlineData("n,t\r\n1,a\r\n2,b\r\n3,c\r\n4,d\r\n5,e\r\n")]
    [InlineData("n,t\n1,a\n2,b\n3,c\n4,d\n5,e")]
    [InlineData("\uFEFFn,t\n1,a\n2,b\n3,c\n4,d\n5,e\n")]
    [InlineData("n,t\n1,a\n\n2,b\n3,c\n\n\n4,d\n5,e\n\n")]
    [InlineData("n,t\n1,\"a\nb\"\n2,\"say \"\"hi\"\"\n\"\n3,c\n4,\",\"\n5,\"\"\n")]
    [InlineData("\"n\",\"t\nu\"\n1,a\n2,b\n3,c\n4,d\n5,e\n")]
    public async Task PlanByRecords_AnyCsvDialect_CutsWholeRecords(string csv)
    {
        var bench = new StageBench(StageBench.Csv(csv));

        var plan = (await bench.PlanAsync(StageBench.Source(chunkSize: 2))).Plan!;

        Assert.Equal(5, plan.Records);
        Assert.Equal(3, plan.Layout.ChunkCount);
        var chunks = await bench.ReadAllAsync(plan);
        Assert.Equal([["1", "2"], ["3", "4"], ["5"]], chunks.Select(chunk => chunk.Records));
        Assert.All(chunks, chunk => Assert.Empty(chunk.Rejects));
    }

    [Fact]
    public async Task PlanByRecords_Ndjson_CutsLines()
    {
        var bench = new StageBench(StageBench.Csv("{\"n\":1}\n{\"n\":2}\n\n{\"n\":3}"));

        var plan = (await bench.PlanAsync(StageBench.Source(chunkSize: 2) with { Format = DatasetFormat.Ndjson })).Plan!;

        Assert.Equal([["{\"n\":1}", "{\"n\":2}"], ["{\"n\":3}"]], (await bench.ReadAllAsync(plan)).Select(chunk => chunk.Records));
    }

    [Theory]
    [InlineData("")]
    [InlineData("n,t\n")]
    [InlineData("n,t")]
    [InlineData("n,t\n\n\n")]
    public async Task Plan_NoRecords_GivesNoChunks(string csv)
    {
        var plan = (await new StageBench(StageBench.Csv(csv)).PlanAsync(StageBench.Source())).Plan!;

        Assert.Equal(0, plan.Layout.ChunkCount);
        Assert.Equal(0, plan.Records);
    }

    [Fact]
    public async Task PlanByBytes_AnyChunkSize_GivesEachRecordToOneChunk()
    {
        var text = new StringBuilder("n,t\n");
        for (var number = 0; number < 2000; number++)
        {
            text.Append(CultureInfo.InvariantCulture, $"{number},{new string('x', number * 7 % 90)}\n");
        }

        var expected = Enumerable.Range(0, 2000).Select(number => number.ToString(CultureInfo.InvariantCulture));
        foreach (var bytes in new[] { 1024, 1025, 1999, 4096, 70_000, 1_000_000 })
        {
            var bench = new StageBench(StageBench.Csv(text.ToString()));
            var source = StageBench.Source() with { ChunkBy = ChunkBy.Bytes, ChunkBytes = bytes, QuotedNewlines = false };

            var plan = (await bench.PlanAsync(source)).Plan!;

            var records = (await bench.ReadAllAsync(plan)).SelectMany(chunk => chunk.Records).ToList();
            Assert.True(expected.SequenceEqual(records), $"{bytes} bytes a chunk: {records.Count} records");
        }
    }

    [Fact]
    public async Task PlanByBytes_RecordLongerThanChunks_GoesToTheChunkThatHoldsItsStart()
    {
        var csv = $"n,t\n1,{new string('x', 5000)}\n2,{new string('y', 200_000)}\n3,z\n";
        var bench = new StageBench(StageBench.Csv(csv));

        var plan = (await bench.PlanAsync(StageBench.Source() with { ChunkBy = ChunkBy.Bytes, ChunkBytes = 1024, QuotedNewlines = false })).Plan!;

        Assert.Equal(["1", "2", "3"], (await bench.ReadAllAsync(plan)).SelectMany(chunk => chunk.Records));
    }

    [Fact]
    public async Task PlanByBytes_QuotedNewlines_IsRefused()
    {
        var step = await new StageBench(StageBench.Csv("n\n1\n")).PlanAsync(StageBench.Source() with { ChunkBy = ChunkBy.Bytes });

        Assert.Equal(ErrorCodes.BytesNeedPlainLines, step.Fault!.Code);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(1_000_001)]
    public async Task Plan_ChunkSizeOutOfRange_IsRefused(int chunkSize)
    {
        var step = await new StageBench(StageBench.Csv("n\n1\n")).PlanAsync(StageBench.Source(chunkSize));

        Assert.Equal(ErrorCodes.SettingOutOfRange, step.Fault!.Code);
        Assert.Contains("1,000,000", step.Fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Plan_MissingColumn_NamesWhatIsThere()
    {
        var step = await new StageBench(StageBench.Csv("a,b\n1,2\n")).PlanAsync(StageBench.Source());

        Assert.Equal(ErrorCodes.ColumnsMissing, step.Fault!.Code);
        Assert.Contains("'n'", step.Fault.Message, StringComparison.Ordinal);
        Assert.Contains("a, b", step.Fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Plan_MissingBlob_IsRefused()
    {
        var step = await new StageBench([]).PlanAsync(StageBench.Source() with { Blob = "other" });

        Assert.Equal(ErrorCodes.DatasetMissing, step.Fault!.Code);
    }

    [Fact]
    public async Task Plan_TooManyChunks_IsRefused()
    {
        var step = await new StageBench(StageBench.Csv("n\n1\n2\n3\n"), new StageOptions { MaxChunks = 2 }).PlanAsync(StageBench.Source(1));

        Assert.Equal(ErrorCodes.TooManyChunks, step.Fault!.Code);
    }

    [Fact]
    public async Task Plan_StepsOfOnePage_GivesTheSamePlan()
    {
        var csv = StageBench.Csv("n\n" + string.Concat(Enumerable.Range(0, 500).Select(number => $"{number}\n")));
        var whole = new StageBench(csv, new StageOptions { ChunksPerPage = 32 });
        var stepped = new StageBench(csv, new StageOptions { ChunksPerPage = 32, PlanStep = TimeSpan.Zero });

        var expected = (await whole.PlanAsync(StageBench.Source(2))).Plan!;
        var actual = (await stepped.PlanAsync(StageBench.Source(2))).Plan!;

        Assert.Equal(250, actual.Layout.ChunkCount);
        Assert.Equal((expected.Records, expected.Layout), (actual.Records, actual.Layout));
        Assert.Equal(
            (await whole.ReadAllAsync(expected)).Select(chunk => chunk.Records),
            (await stepped.ReadAllAsync(actual)).Select(chunk => chunk.Records));
    }

    [Fact]
    public async Task Read_MalformedRecords_AreRejectedWithTheirLines()
    {
        var bench = new StageBench(StageBench.Csv("n,t\n1,a\n2\n3,\"x\ny\"\n4,b,c\n5,\"open\" tail\n6,f\n"));

        var plan = (await bench.PlanAsync(StageBench.Source(10))).Plan!;
        var (records, rejects) = Assert.Single(await bench.ReadAllAsync(plan));

        Assert.Equal(["1", "3", "6"], records);
        Assert.Equal([(2L, 3L), (4L, 6L), (5L, 7L)], rejects.Select(reject => (reject.Record, reject.Line ?? 0)));
        Assert.Contains("2 has", "2 " + rejects[0].Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void Layout_AnySizes_CoversEachChunkOnceAndCrossesNoPage()
    {
        foreach (var chunks in new[] { 0, 1, 31, 32, 33, 255, 256, 257, 1000 })
        {
            foreach (var (perSlice, perPage) in new[] { (32, 256), (7, 32), (1, 32), (32, 33) })
            {
                var layout = new StageLayout(chunks, perSlice, perPage);
                var seen = new List<int>();
                for (var slice = 0; slice < layout.SliceCount; slice++)
                {
                    var (first, last) = layout.ChunksOfSlice(slice);
                    Assert.InRange(last - first + 1, 1, perSlice);
                    Assert.Equal(layout.PageOf(first), layout.PageOf(last));
                    seen.AddRange(Enumerable.Range(first, last - first + 1));
                    Assert.Equal(slice, layout.SliceOf(first));
                    Assert.Equal(slice, layout.SliceOf(last));
                }

                Assert.Equal(Enumerable.Range(0, chunks), seen);
            }
        }
    }
}
