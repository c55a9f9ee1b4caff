using Celerity.Storage;
using Xunit;

namespace Celerity.AzureStorage.Tests.Conformance;

/// <summary>What every table store does with inserts and replaces in one transaction.</summary>
public abstract class TableTransactionConformance : TableSuite
{
    private protected TableTransactionConformance(IStorageBench bench)
        : base(bench)
    {
    }

    [Fact]
    public async Task TryWriteAll_InsertsAndReplaces_StoresAllUnderTheReturnedETags()
    {
        var old = await Store.TryInsertAsync(Table, Row("a", ("Number", 1), ("Old", "gone")), Token);

        var etags = await Store.TryWriteAllAsync(Table, [Row("b", 2), Row("a", 3) with { ETag = old! }, Row("c", 4)], Token);

        var found = await Store.QueryAsync(Table, new TableQuery("p"), Token).ToListAsync(Token);
        Assert.Equal([("a", 3, etags![1]), ("b", 2, etags[0]), ("c", 4, etags[2])], found.Select(row => (row.RowKey, row.GetInt32("Number"), row.ETag)));
        Assert.Null(found[0].FindString("Old"));
        Assert.NotEqual(old, etags[1]);
    }

    [Fact]
    public async Task TryWriteAll_ReturnedETags_TakeTheNextWrites()
    {
        var first = await Store.TryWriteAllAsync(Table, Rows(TableLimits.BatchRows), Token);

        var second = await Store.TryWriteAllAsync(Table, [.. Rows(TableLimits.BatchRows).Zip(first!, (row, etag) => row with { ETag = etag })], Token);

        Assert.Equal(TableLimits.BatchRows, second!.Count);
        Assert.NotNull(await Store.TryReplaceAsync(Table, Row("00007", 7), second[7], Token));
    }

    [Fact]
    public async Task TryWriteAll_OneToInsertIsThere_WritesNone()
    {
        var etag = await Store.TryInsertAsync(Table, Row("a", 1), Token);
        await Store.TryInsertAsync(Table, Row("b", 1), Token);

        Assert.Null(await Store.TryWriteAllAsync(Table, [Row("a", 2) with { ETag = etag! }, Row("b", 2), Row("c", 2)], Token));

        Assert.Equal([1, 1], await Store.QueryAsync(Table, new TableQuery("p"), Token).Select(row => row.GetInt32("Number")).ToListAsync(Token));
    }

    [Fact]
    public async Task TryWriteAll_OneToReplaceHasChanged_WritesNone()
    {
        var first = await Store.TryInsertAsync(Table, Row("a", 1), Token);
        await Store.TryReplaceAsync(Table, Row("a", 2), first!, Token);

        Assert.Null(await Store.TryWriteAllAsync(Table, [Row("b", 3), Row("a", 3) with { ETag = first! }], Token));

        Assert.Equal(["a"], await KeysAsync(new TableQuery("p")));
        Assert.Equal(2, (await Store.FindAsync(Table, "p", "a", Token))!.GetInt32("Number"));
    }

    [Fact]
    public async Task TryWriteAll_OneToReplaceIsGone_WritesNone()
    {
        var etag = await Store.TryInsertAsync(Table, Row("a", 1), Token);
        await Store.TryDeleteAsync(Table, "p", "a", etag!, Token);

        Assert.Null(await Store.TryWriteAllAsync(Table, [Row("b", 2), Row("a", 2) with { ETag = etag! }], Token));

        Assert.Empty(await KeysAsync(new TableQuery("p")));
    }

    [Fact]
    public async Task TryWriteAll_ManyAtOnceByOneETag_OneWinsWhole()
    {
        var etag = await Store.TryInsertAsync(Table, Row("shared", 0), Token);
        var batches = Enumerable.Range(1, 6).Select(at => new[] { Row($"own{at}", at), Row("shared", at) with { ETag = etag! } }).ToList();

        var won = await Task.WhenAll(batches.Select(batch => Store.TryWriteAllAsync(Table, batch, Token).AsTask()));

        var winner = Assert.Single(won.Index(), found => found.Item is not null).Index + 1;
        Assert.Equal([$"own{winner}", "shared"], await KeysAsync(new TableQuery("p")));
        Assert.Equal(winner, (await Store.FindAsync(Table, "p", "shared", Token))!.GetInt32("Number"));
    }

    [Fact]
    public async Task TryWriteAll_AnyVersionOrTooManyRows_IsRefusedUnsent()
    {
        await Assert.ThrowsAsync<ArgumentException>(() => Store.TryWriteAllAsync(Table, [Row("a", 1) with { ETag = "*" }], Token).AsTask());
        await Assert.ThrowsAsync<ArgumentException>(() => Store.TryWriteAllAsync(Table, Rows(101), Token).AsTask());
        await Assert.ThrowsAsync<ArgumentException>(() => Store.TryWriteAllAsync(Table, [], Token).AsTask());

        Assert.Empty(await KeysAsync(new TableQuery("p")));
    }
}
