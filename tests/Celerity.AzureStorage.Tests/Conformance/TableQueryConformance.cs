using Celerity.Storage;
using Xunit;

namespace Celerity.AzureStorage.Tests.Conformance;

/// <summary>What every table store returns from a query.</summary>
public abstract class TableQueryConformance : TableSuite
{
    private protected TableQueryConformance(IStorageBench bench)
        : base(bench)
    {
    }

    [Fact]
    public async Task Query_Partition_ReturnsItsRowsAloneInKeyOrder()
    {
        await InsertAsync("p", "b", "B", "10", "9", "a", "_");
        await InsertAsync("q", "other");
        await InsertAsync("P", "other");

        Assert.Equal(["10", "9", "B", "_", "a", "b"], await KeysAsync(new TableQuery("p")));
    }

    [Fact]
    public async Task Query_NoPartition_ReturnsTheTableByPartitionThenRow()
    {
        await InsertAsync("q", "1", "2");
        await InsertAsync("p", "3", "4");

        Assert.Equal(["3", "4", "1", "2"], await KeysAsync(new TableQuery(null)));
    }

    [Fact]
    public async Task Query_PartitionBound_StopsBeforeIt()
    {
        await InsertAsync("2026010100", "1", "2");
        await InsertAsync("2026010112", "3");
        await InsertAsync("2026010201", "4");

        Assert.Equal(["1", "2", "3"], await KeysAsync(new TableQuery(null) { PartitionKeyBefore = "2026010201" }));
        Assert.Equal(["1"], await KeysAsync(new TableQuery(null) { PartitionKeyBefore = "2026010201", Limit = 1 }));
        Assert.Empty(await KeysAsync(new TableQuery(null) { PartitionKeyBefore = "2026010100" }));
    }

    [Fact]
    public async Task Query_RowKeyBounds_IncludeTheFirstAndStopBeforeTheLast()
    {
        await InsertAsync("p", "a", "b", "b0", "c", "d");

        Assert.Equal(["b", "b0", "c"], await KeysAsync(new TableQuery("p") { RowKeyFrom = "b", RowKeyBefore = "d" }));
        Assert.Equal(["c", "d"], await KeysAsync(new TableQuery("p") { RowKeyFrom = "c" }));
        Assert.Equal(["a"], await KeysAsync(new TableQuery("p") { RowKeyBefore = "b" }));
        Assert.Empty(await KeysAsync(new TableQuery("p") { RowKeyFrom = "d", RowKeyBefore = "b" }));
    }

    [Fact]
    public async Task Query_PartitionBounds_IncludeTheFirstAndStopBeforeTheLast()
    {
        await InsertAsync("2026010110-a", "1");
        await InsertAsync("2026010111-3", "2", "3");
        await InsertAsync("2026010111-f", "4");
        await InsertAsync("2026010112-0", "5");

        Assert.Equal(["2", "3", "4"], await KeysAsync(new TableQuery(null) { PartitionKeyFrom = "2026010111", PartitionKeyBefore = "2026010112" }));
        Assert.Equal(["4", "5"], await KeysAsync(new TableQuery(null) { PartitionKeyFrom = "2026010111-f" }));
        Assert.Equal(["1"], await KeysAsync(new TableQuery(null) { PartitionKeyBefore = "2026010111-3" }));
        Assert.Equal(["2"], await KeysAsync(new TableQuery(null) { PartitionKeyFrom = "2026010111", Limit = 1 }));
        Assert.Empty(await KeysAsync(new TableQuery(null) { PartitionKeyFrom = "3", PartitionKeyBefore = "1" }));
    }

    [Fact]
    public async Task Query_RowKeyBoundsOverAllPartitions_HoldInEach()
    {
        await InsertAsync("p", "a", "b", "c");
        await InsertAsync("q", "a", "b", "c");

        Assert.Equal(["b", "b"], await KeysAsync(new TableQuery(null) { RowKeyFrom = "b", RowKeyBefore = "c" }));
    }

    [Fact]
    public async Task Query_Nothing_ReturnsNothing()
    {
        await InsertAsync("p", "a");

        Assert.Empty(await KeysAsync(new TableQuery("none")));
        Assert.Empty(await KeysAsync(new TableQuery("p") { RowKeyFrom = "b" }));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(9)]
    public async Task Query_Limit_ReturnsTheFirstRows(int limit)
    {
        await InsertAsync("p", "a", "b", "c", "d", "e");

        Assert.Equal(new[] { "a", "b", "c", "d", "e" }.Take(limit), await KeysAsync(new TableQuery("p") { Limit = limit }));
    }

    [Theory]
    [InlineData(null, 2100)]
    [InlineData(1000, 1000)]
    [InlineData(1001, 1001)]
    [InlineData(2050, 2050)]
    public async Task Query_MoreThanAPage_ReturnsEachRowOnceInOrder(int? limit, int expected)
    {
        var keys = Enumerable.Range(0, 2100).Select(at => $"{at:D5}").ToArray();
        await InsertAsync("p", keys);

        Assert.Equal(keys.Take(expected), await KeysAsync(new TableQuery("p") { Limit = limit }));
    }

    [Fact]
    public async Task Query_Select_ReturnsTheKeysTheVersionAndWhatWasAskedFor()
    {
        var values = new Dictionary<string, object> { ["A"] = 1, ["B"] = "two", ["C"] = new byte[100] };
        var etag = await Store.TryInsertAsync(Table, new TableRow("p", "r", values), Token);

        var row = await Store.QueryAsync(Table, new TableQuery("p") { Select = ["B", "Missing"] }, Token).SingleAsync(Token);

        Assert.Equal(("p", "r", etag), (row.PartitionKey, row.RowKey, row.ETag));
        Assert.Equal([new("B", "two")], row.Values);
    }

    [Fact]
    public async Task Query_SelectNothing_ReturnsTheKeys()
    {
        await InsertAsync("p", "r");

        var row = await Store.QueryAsync(Table, new TableQuery("p") { Select = [] }, Token).SingleAsync(Token);

        Assert.Equal(("p", "r", 0), (row.PartitionKey, row.RowKey, row.Values.Count));
    }

    [Fact]
    public async Task Query_AfterAWrite_SeesIt()
    {
        await InsertAsync("p", "a");
        Assert.Equal(["a"], await KeysAsync(new TableQuery("p")));

        await InsertAsync("p", "b");

        Assert.Equal(["a", "b"], await KeysAsync(new TableQuery("p")));
    }

    private async Task InsertAsync(string partitionKey, params string[] keys)
    {
        var values = new Dictionary<string, object> { ["Number"] = 1 };
        foreach (var batch in keys.Select(key => new TableRow(partitionKey, key, values)).Chunk(TableLimits.BatchRows))
        {
            Assert.True(await Store.TryInsertAllAsync(Table, batch, Token));
        }
    }
}
