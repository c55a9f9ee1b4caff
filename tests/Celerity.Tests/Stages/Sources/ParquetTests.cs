using Celerity.Stages;
using Celerity.TestKit.Faults;
using Parquet;
using Parquet.Schema;
using Xunit;

namespace Celerity.Tests.Stages.Sources;

/// <summary>Parquet by row group: every row once, whatever packed it; what cannot be read is refused by name.</summary>
public sealed class ParquetTests
{
    private static readonly DatasetSource Source = StageBench.Source() with { Format = DatasetFormat.Parquet };

    private static readonly IReadOnlyList<(int, string?)[]> Groups =
        [[(1, "a"), (2, null), (3, "")], [], [(4, "ä\n\"€")], [.. Enumerable.Range(5, 300).Select(number => (number, number % 7 == 0 ? null : $"t{number % 5}"))]];

    public static TheoryData<CompressionMethod, double> Packings
    {
        get
        {
            var data = new TheoryData<CompressionMethod, double>();
            foreach (var method in new[] { CompressionMethod.None, CompressionMethod.Snappy, CompressionMethod.Gzip, CompressionMethod.Zstd, CompressionMethod.Brotli, CompressionMethod.Lz4Raw })
            {
                data.Add(method, 0);
                data.Add(method, 1);
            }

            return data;
        }
    }

    [Theory]
    [MemberData(nameof(Packings))]
    public async Task Read_AnyPackingWithOrWithoutDictionary_GivesTheRowsWritten(CompressionMethod method, double dictionary)
    {
        var bench = new StageBench(await ParquetBytes.WriteAsync(Groups, method, dictionary), new StageOptions { ChunksPerSlice = 2 });

        var plan = (await bench.PlanAsync(Source)).Plan!;
        var chunks = await bench.ReadAllAsync(plan, reader => $"{reader.RecordNumber}:{reader.GetText(0)}:{(reader.IsNull(1) ? "-" : $"'{reader.GetText(1)}'")}");

        Assert.Equal((304, 3), (plan.Records, plan.Layout.ChunkCount));
        Assert.Equal(["n", "t"], plan.Columns);
        var rows = Groups.SelectMany(group => group).Select((row, index) => $"{index + 1}:{row.Item1}:{(row.Item2 is null ? "-" : $"'{row.Item2}'")}");
        Assert.Equal(rows, chunks.SelectMany(chunk => chunk.Records));
        Assert.Equal([3, 1, 300], chunks.Select(chunk => chunk.Records.Count));
    }

    [Fact]
    public async Task Read_AnyType_IsTextAndFitsARecord()
    {
        var (truth, number, real, money, date, time, id, bytes, none) = (
            new DataField<bool>("truth"), new DataField<long>("number"), new DataField<double>("real"), new DecimalDataField("money", 18, 4),
            new DataField<DateOnly>("date"), new DateTimeDataField("time", DateTimeFormat.Timestamp), new DataField<Guid>("id"), new DataField<byte[]>("bytes"), new DataField<int?>("none"));
        var guid = new Guid("00112233-4455-6677-8899-aabbccddeeff");
        var file = await ParquetBytes.WriteAsync(new ParquetSchema(truth, number, real, money, date, time, id, bytes, none), async group =>
        {
            await group.WriteAsync<bool>(truth, new[] { true }.AsMemory());
            await group.WriteAsync<long>(number, new[] { long.MinValue }.AsMemory());
            await group.WriteAsync<double>(real, new[] { 0.1 }.AsMemory());
            await group.WriteAsync<decimal>(money, new[] { 12345.6789m }.AsMemory());
            await group.WriteAsync<DateOnly>(date, new[] { new DateOnly(2026, 2, 3) }.AsMemory());
            await group.WriteAsync<DateTime>(time, new[] { new DateTime(2026, 2, 3, 4, 5, 6, 789, DateTimeKind.Utc) }.AsMemory());
            await group.WriteAsync<Guid>(id, new[] { guid }.AsMemory());
            await group.WriteAsync(bytes, [new byte[] { 1, 2, 3 }]);
            await group.WriteAsync<int>(none, new int?[] { null }.AsMemory());
        });
        var bench = new StageBench(file);

        var plan = (await bench.PlanAsync(Source, nameof(ListStage))).Plan!;
        var row = new Row(false, 0, 0, 0, default, default, default, "", 1);
        var text = Assert.Single(await bench.ReadAllAsync(plan, reader =>
        {
            Assert.True(reader.TryGet(out row));
            Assert.False(reader.TryGet<int>(out _));
            return string.Join('|', Enumerable.Range(0, plan.Columns.Count).Select(ordinal => reader.GetText(ordinal).ToString()));
        })).Records;

        Assert.Equal(["true|-9223372036854775808|0.1|12345.6789|2026-02-03|2026-02-03T04:05:06.789Z|00112233-4455-6677-8899-aabbccddeeff|AQID|"], text);
        Assert.Equal(new Row(true, long.MinValue, 0.1, 12345.6789m, new DateOnly(2026, 2, 3), new DateTime(2026, 2, 3, 4, 5, 6, 789, DateTimeKind.Utc), guid, "AQID", null), row);
    }

    [Fact]
    public async Task Columns_Named_AreReadInThatOrderAndNoOthersBytes()
    {
        var rows = Enumerable.Range(0, 50_000).Select(number => (number, (string?)Guid.NewGuid().ToString())).ToArray();
        var file = await ParquetBytes.WriteAsync([rows, rows]);
        var (wide, narrow) = (new StageBench(file), new StageBench(file));

        var all = (await wide.PlanAsync(Source)).Plan!;
        var one = (await narrow.PlanAsync(Source with { Columns = ["N"] })).Plan!;
        var both = new StageBench(await ParquetBytes.WriteAsync(Groups));
        var swapped = (await both.PlanAsync(Source with { Columns = ["t", "n"] })).Plan!;

        Assert.Equal(["n"], one.Columns);
        Assert.Equal(["t", "n"], swapped.Columns);
        Assert.Equal("a|1", (await both.ReadAllAsync(swapped, reader => $"{reader.GetText(0)}|{reader.GetText(1)}"))[0].Records[0]);
        Assert.True(await BytesAsync(wide, all) > 5 * await BytesAsync(narrow, one));
    }

    [Fact]
    public async Task Columns_Nested_AreRefusedByNameUnlessOthersAreNamed()
    {
        var schema = new ParquetSchema(new DataField<int>("n"), new ListField("tags", new DataField<string>("item")), new StructField("place", new DataField<string>("city")));
        var file = await ParquetBytes.WriteAsync(schema, _ => Task.CompletedTask, groups: 0);

        var refused = await new StageBench(file).PlanAsync(Source);
        var named = await new StageBench(file).PlanAsync(Source with { Columns = ["place"] }, nameof(ListStage));
        var flat = await new StageBench(file).PlanAsync(Source with { Columns = ["n"] });

        Assert.Equal(ErrorCodes.ParquetUnreadable, refused.Fault!.Code);
        Assert.Contains("'tags'", refused.Fault.Message, StringComparison.Ordinal);
        Assert.Contains("'place'", named.Fault!.Message, StringComparison.Ordinal);
        Assert.Equal(0, flat.Plan!.Records);
    }

    [Theory]
    [InlineData("x", "n, t")]
    [InlineData("t", "'n'")]
    public async Task Columns_MissingOrNotThoseTheStageNeeds_AreRefused(string column, string told)
    {
        var step = await new StageBench(await ParquetBytes.WriteAsync(Groups)).PlanAsync(Source with { Columns = [column] });

        Assert.Equal(ErrorCodes.ColumnsMissing, step.Fault!.Code);
        Assert.Contains(told, step.Fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Plan_CutOffAnywhere_IsRefused()
    {
        var file = await ParquetBytes.WriteAsync(Groups);
        for (var length = 0; length < file.Length; length += 7)
        {
            Assert.Equal(ErrorCodes.DatasetDamaged, (await new StageBench(file[..length]).PlanAsync(Source)).Fault?.Code);
        }
    }

    [Fact]
    public async Task Read_AnyByteDamaged_EndsWithACodeOrARow()
    {
        var file = await ParquetBytes.WriteAsync(Groups);
        for (var at = 0; at < file.Length; at++)
        {
            byte[] damaged = [.. file];
            damaged[at] ^= 0xFF;
            var bench = new StageBench(damaged);
            var step = await bench.PlanAsync(Source, nameof(ListStage));
            if (step.Plan is { } plan)
            {
                try
                {
                    await bench.ReadAllAsync(plan);
                }
                catch (CelerityException exception)
                {
                    Assert.Equal(ErrorCodes.DatasetDamaged, exception.Code);
                }
            }
            else
            {
                Assert.Contains(step.Fault!.Code, new[] { ErrorCodes.DatasetDamaged, ErrorCodes.ParquetUnreadable });
            }
        }
    }

    [Fact]
    public async Task Prefix_OfFiles_GivesEachRowOnce()
    {
        var bench = new StageBench([], new StageOptions { ChunksPerSlice = 3, ChunksPerPage = 32, PlanStep = TimeSpan.Zero });
        bench.Put("in/_SUCCESS", []);
        for (var file = 0; file < 40; file++)
        {
            bench.Put($"in/{file:D2}.parquet", await ParquetBytes.WriteAsync([[(file, "a"), (file, "b")], [(file, "c")]]));
        }

        var plan = (await bench.PlanAsync(Source with { Blob = "", Prefix = "in/" })).Plan!;

        Assert.Equal(80, plan.Layout.ChunkCount);
        var records = (await bench.ReadAllAsync(plan, reader => $"{reader.RecordNumber}:{reader.GetText(0)}")).SelectMany(chunk => chunk.Records);
        Assert.Equal(Enumerable.Range(0, 120).Select(row => $"{row + 1}:{row / 3}"), records);
    }

    [Fact]
    public async Task Read_OneSlice_TakesOneRequestAndOneForEachChunk()
    {
        var simulation = new StageSimulation(await ParquetBytes.WriteAsync([.. Enumerable.Range(0, 6).Select(group => new[] { (group, (string?)"x") })]), Source with { Columns = ["n"] });
        var calls = new FaultPlan();
        var worker = simulation.Worker(calls);
        await simulation.PlanAsync(worker);
        await simulation.PublishAsync(worker);
        var planned = calls.Calls.Count(call => call.Name == "blob.OpenRead data");

        await simulation.DrainAsync(worker);

        // 3 chunks a slice: the end of the file, and the chunks, which here lie in that end.
        Assert.Equal(2, planned);
        Assert.Equal(2, calls.Calls.Count(call => call.Name == "blob.OpenRead data") - planned);
        Assert.Equal(15, SumOf(await simulation.CombineAsync(worker)));
    }

    [Theory]
    [InlineData(ChunkBy.Bytes, DatasetCompression.Auto, "source.chunkBy")]
    [InlineData(ChunkBy.Records, DatasetCompression.Gzip, "source.compression")]
    public async Task Plan_SettingThatMakesNoSense_IsRefused(ChunkBy chunkBy, DatasetCompression compression, string setting)
    {
        var step = await new StageBench([]).PlanAsync(Source with { ChunkBy = chunkBy, Compression = compression });

        Assert.Equal(ErrorCodes.SettingOutOfRange, step.Fault!.Code);
        Assert.StartsWith(setting + " is ", step.Fault.Message, StringComparison.Ordinal);
    }

    private static long SumOf(Celerity.Stages.Combining.StageEnd end) => CelerityJson.Read<SumStage.Totals>(end.Result).Sum;

    private static async Task<long> BytesAsync(StageBench bench, Celerity.Stages.Planning.StagePlan plan) =>
        (await bench.MakeAsync(plan, 0)).Chunks.Sum(chunk => chunk.Length);

    private sealed record Row(bool Truth, long Number, double Real, decimal Money, DateOnly Date, DateTime Time, Guid Id, string Bytes, int? None);
}
