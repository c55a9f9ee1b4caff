using System.Globalization;
using System.Text.Json;
using Celerity.Stages;
using Celerity.Stages.Sources.KeyRanges;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Celerity.Tests.Stages.Sources;

/// <summary>Datasets that are no blobs: a table of a database, and records in the request.</summary>
public sealed class ChunkSourceTests : IDisposable
{
    private static readonly DatasetSource Items = new() { ChunkSource = "items", ChunkSize = 7 };

    private readonly SqliteConnection _keeper;
    private readonly ChunkSourceEntry _table;

    public ChunkSourceTests()
    {
        var database = $"Data Source=items-{Guid.NewGuid():N};Mode=Memory;Cache=Shared";
        _keeper = new SqliteConnection(database);
        _keeper.Open();
        Execute("CREATE TABLE items (id INTEGER PRIMARY KEY, name TEXT NOT NULL, price REAL)");
        for (var row = 1; row <= 100; row++)
        {
            // Keys with gaps, some prices missing.
            Execute(string.Create(CultureInfo.InvariantCulture, $"INSERT INTO items VALUES ({row * row}, '{(row % 3 == 0 ? "fizz" : "item")}', {(row % 10 == 0 ? "NULL" : $"{row}.5")})"));
        }

        _table = new ChunkSourceEntry("items", new KeysetTable(database));
    }

    public void Dispose() => _keeper.Dispose();

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(100)]
    [InlineData(1000)]
    public async Task Table_AnyChunkSize_GivesEachRowOnceInOrder(int chunkSize)
    {
        var bench = new StageBench([], new StageOptions { ChunksPerSlice = 3, ChunksPerPage = 32, PlanStep = TimeSpan.Zero }, null, _table);

        var plan = (await bench.PlanAsync(Items with { ChunkSize = chunkSize })).Plan!;
        var chunks = await bench.ReadAllAsync(plan, reader => $"{reader.GetText(0)}|{reader.GetText(2)}|{reader.IsNull(2)}");

        Assert.Equal((100 + chunkSize - 1) / chunkSize, plan.Layout.ChunkCount);
        Assert.Equal(Enumerable.Range(1, 100).Select(row => $"{row * row}|{(row % 10 == 0 ? "|True" : $"{row}.5|False")}"), chunks.SelectMany(chunk => chunk.Records));
    }

    [Fact]
    public async Task Table_Parameters_AreItsOwnAndRecordsFitATypedOne()
    {
        var bench = new StageBench([], null, null, _table);

        var plan = (await bench.PlanAsync(Items with { Parameters = "fizz" })).Plan!;
        var records = (await bench.ReadAllAsync(plan, reader => reader.TryGet<Item>(out var item) ? $"{item}" : "?")).SelectMany(chunk => chunk.Records).ToList();

        Assert.Equal(33, records.Count);
        Assert.Equal($"{new Item(9, "fizz", 3.5)}", records[0]);
        Assert.Equal($"{new Item(900, "fizz", null)}", records[9]);
    }

    [Fact]
    public async Task Table_ReadThroughAStage_ChunksThatThrowAreRetriedAsTheStageSays()
    {
        var failures = 0;
        var flaky = new ChunkSourceEntry("items", new Throwing(_table.Source, range => range.StartsWith("64..", StringComparison.Ordinal) && failures++ < 2));
        var simulation = new StageSimulation([], Items);
        var worker = simulation.Worker(configure: services => services.AddSingleton(flaky));
        await simulation.PlanAsync(worker);
        await simulation.PublishAsync(worker);
        await simulation.DrainAsync(worker);

        var end = await simulation.CombineAsync(worker);

        Assert.Equal((100, 0, 0), (end.Records, end.Rejected, end.FailedChunks));
        Assert.Equal(3, failures);
        Assert.Equal(Enumerable.Range(1, 100).Sum(row => row * row), CelerityJson.Read<SumStage.Totals>(end.Result).Sum);
    }

    [Theory]
    [InlineData("other", null, "CEL0329")]
    [InlineData("items", "set", "CEL0308")]
    public async Task Plan_UnknownSourceOrBesideABlob_IsRefused(string name, string? blob, string code)
    {
        var step = await new StageBench([], null, null, _table).PlanAsync(Items with { ChunkSource = name, Blob = blob ?? "" });

        Assert.Equal(code, step.Fault!.Code);
    }

    [Fact]
    public async Task Plan_RangesOutOfBounds_IsRefused()
    {
        foreach (var range in new[] { "", new string('x', 129) })
        {
            var step = await new StageBench([], null, null, new ChunkSourceEntry("items", new Throwing(_table.Source, _ => false) { Listed = range })).PlanAsync(Items);

            Assert.Equal(ErrorCodes.SettingOutOfRange, step.Fault!.Code);
        }
    }

    [Fact]
    public async Task Records_InTheRequest_AreReadAsJson()
    {
        var bench = new StageBench([]);
        var source = CelerityJson.Read<DatasetSource>("""{"records":[{"n":1,"t":"a\nb"}, {"n":2,"nested":[1,~2]}, 3],"chunkSize":2}""".Replace('~', '\n'));

        var plan = (await bench.PlanAsync(source)).Plan!;
        var again = (await bench.PlanAsync(source)).Plan!;
        var chunks = await bench.ReadAllAsync(plan);

        Assert.Equal([["""{"n":1,"t":"a\nb"}""", """{"n":2,"nested":[1,2]}"""], ["3"]], chunks.Select(chunk => chunk.Records));
        Assert.Equal((3L, plan.ETag, plan.Source), (plan.Records, again.ETag, again.Source));
        Assert.Null(plan.Source.Records);
        Assert.Equal(0, (await new StageBench([]).PlanAsync(CelerityJson.Read<DatasetSource>("""{"records":[]}"""))).Plan!.Layout.ChunkCount);
    }

    [Theory]
    [InlineData("""{"records":{"n":1}}""")]
    [InlineData("""{"records":null,"chunkSource":null}""")]
    [InlineData("""{"records":[1],"blob":"set","container":"data"}""")]
    [InlineData("""{"records":[1],"chunkSource":"items"}""")]
    [InlineData("""{"records":[1],"parameters":"x"}""")]
    public async Task Records_NoArrayOrBesideOthers_AreRefused(string json) =>
        Assert.Equal(ErrorCodes.SettingOutOfRange, (await new StageBench([], null, null, _table).PlanAsync(CelerityJson.Read<DatasetSource>(json))).Fault!.Code);

    [Fact]
    public async Task Records_AboveTheLimit_AreRefused()
    {
        var records = JsonSerializer.SerializeToElement(new[] { new string('x', DatasetSource.MaxRecordsLength) });

        Assert.Equal(ErrorCodes.SettingOutOfRange, (await new StageBench([]).PlanAsync(new DatasetSource { Records = records })).Fault!.Code);
    }

    private void Execute(string sql)
    {
        using var command = _keeper.CreateCommand();
#pragma warning disable CA2100 // The texts are this class's own.
        command.CommandText = sql;
#pragma warning restore CA2100
        command.ExecuteNonQuery();
    }

    private sealed record Item(long N, string Name, double? Price);

    private sealed class Throwing(IChunkSource inner, Func<string, bool> throws) : IChunkSource
    {
        public string? Listed { get; init; }

        public IReadOnlyList<string> Columns => inner.Columns;

        public IAsyncEnumerable<string> ListAsync(ChunkListing listing, CancellationToken cancellationToken) =>
            Listed is null ? inner.ListAsync(listing, cancellationToken) : new[] { Listed }.ToAsyncEnumerable();

        public IAsyncEnumerable<IReadOnlyList<object?>> ReadAsync(string range, string? parameters, CancellationToken cancellationToken) =>
            throws(range) ? throw new InvalidOperationException("The database is away.") : inner.ReadAsync(range, parameters, cancellationToken);
    }
}
