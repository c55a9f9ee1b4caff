using Celerity.Storage;
using Xunit;

namespace Celerity.AzureStorage.Tests.Conformance;

/// <summary>What every table store does.</summary>
public abstract class TableStoreConformance : TableSuite
{
    private protected TableStoreConformance(IStorageBench bench)
        : base(bench)
    {
    }

    [Fact]
    public async Task TryInsert_NoSuchRow_StoresItUnderTheReturnedETag()
    {
        var etag = await Store.TryInsertAsync(Table, Row("r", 1), Token);

        var found = await Store.FindAsync(Table, "p", "r", Token);
        Assert.False(string.IsNullOrEmpty(etag));
        Assert.Equal(etag, found!.ETag);
        Assert.Equal(("p", "r", 1), (found.PartitionKey, found.RowKey, found.GetInt32("Number")));
    }

    [Fact]
    public async Task TryInsert_RowIsThere_ReturnsNullAndLeavesIt()
    {
        var etag = await Store.TryInsertAsync(Table, Row("r", 1), Token);

        Assert.Null(await Store.TryInsertAsync(Table, Row("r", 2), Token));

        var found = await Store.FindAsync(Table, "p", "r", Token);
        Assert.Equal((1, etag), (found!.GetInt32("Number"), found.ETag));
    }

    [Fact]
    public async Task TryInsert_ManyAtOnce_OneWins()
    {
        var etags = await Task.WhenAll(Enumerable.Range(0, 8).Select(at => Store.TryInsertAsync(Table, Row("r", at), Token).AsTask()));

        var winner = Assert.Single(etags, etag => etag is not null);
        Assert.Equal(winner, (await Store.FindAsync(Table, "p", "r", Token))!.ETag);
    }

    [Fact]
    public async Task TryInsert_CallerChangesItsValuesAfterwards_StoredRowStays()
    {
        byte[] content = [1, 2, 3];
        await Store.TryInsertAsync(Table, Row("r", ("Content", content)), Token);

        content[0] = 9;

        Assert.Equal([1, 2, 3], (await Store.FindAsync(Table, "p", "r", Token))!.FindBytes("Content"));
    }

    [Fact]
    public async Task TryInsertAll_NoneIsThere_StoresAll()
    {
        Assert.True(await Store.TryInsertAllAsync(Table, Rows(TableLimits.BatchRows), Token));

        Assert.Equal(Rows(TableLimits.BatchRows).Select(row => row.RowKey), await KeysAsync(new TableQuery("p")));
    }

    [Fact]
    public async Task TryInsertAll_OneIsThere_StoresNone()
    {
        await Store.TryInsertAsync(Table, Row("00001", 7), Token);

        Assert.False(await Store.TryInsertAllAsync(Table, Rows(3), Token));

        Assert.Equal(["00001"], await KeysAsync(new TableQuery("p")));
        Assert.Equal(7, (await Store.FindAsync(Table, "p", "00001", Token))!.GetInt32("Number"));
    }

    [Fact]
    public async Task TryInsertAll_OverlappingAtOnce_OneWinsWhole()
    {
        var batches = Enumerable.Range(0, 6).Select(at => new[] { Row("shared", at), Row($"own{at}", at) }).ToList();

        var won = await Task.WhenAll(batches.Select(batch => Store.TryInsertAllAsync(Table, batch, Token).AsTask()));

        Assert.Single(won, true);
        Assert.Equal([$"own{Array.IndexOf(won, true)}", "shared"], await KeysAsync(new TableQuery("p")));
    }

    [Fact]
    public async Task TryInsertAll_NoneOrTooManyRows_IsRefusedUnsent()
    {
        await Assert.ThrowsAsync<ArgumentException>(() => Store.TryInsertAllAsync(Table, [], Token).AsTask());
        await Assert.ThrowsAsync<ArgumentException>(() => Store.TryInsertAllAsync(Table, Rows(101), Token).AsTask());

        Assert.Empty(await KeysAsync(new TableQuery("p")));
    }

    [Fact]
    public async Task TryInsertAll_TwoPartitionsOrOneRowTwice_IsRefusedUnsent()
    {
        var other = Row("b", 1) with { PartitionKey = "q" };

        await Assert.ThrowsAsync<ArgumentException>(() => Store.TryInsertAllAsync(Table, [Row("a", 1), other], Token).AsTask());
        await Assert.ThrowsAsync<ArgumentException>(() => Store.TryInsertAllAsync(Table, [Row("a", 1), Row("a", 2)], Token).AsTask());

        Assert.Empty(await KeysAsync(new TableQuery(null)));
    }

    [Fact]
    public async Task TryInsertAll_MoreThanATransactionCarries_IsRefusedUnsent()
    {
        var rows = Enumerable.Range(0, 70).Select(at => Row($"{at:D5}", ("Content", new byte[TableLimits.ValueBytes]))).ToList();

        var refusal = await Assert.ThrowsAsync<ArgumentException>(() => Store.TryInsertAllAsync(Table, rows, Token).AsTask());

        Assert.Contains("4194304", refusal.Message);
        Assert.Empty(await KeysAsync(new TableQuery("p")));
    }

    // The largest that pass our own count must pass the service's as well.
    [Theory]
    [InlineData("plain text")]
    [InlineData("\"quoted\" <marks> & äöü")]
    public async Task TryInsertAll_NearlyAsMuchAsATransactionCarries_StoresAll(string pattern)
    {
        var text = string.Concat(Enumerable.Repeat(pattern, 30_000 / pattern.Length));
        var rows = new List<TableRow>();
        while (rows.Count < 100 && Fits([.. rows, Row($"{rows.Count:D5}", ("Text", text))]))
        {
            rows.Add(Row($"{rows.Count:D5}", ("Text", text)));
        }

        Assert.True(rows.Count > 20);
        Assert.True(await Store.TryInsertAllAsync(Table, rows, Token));
        Assert.Equal(text, (await Store.FindAsync(Table, "p", "00000", Token))!.FindString("Text"));
    }

    [Fact]
    public async Task TryReplace_CurrentETag_ReplacesTheRowWhole()
    {
        var first = await Store.TryInsertAsync(Table, Row("r", ("Number", 1), ("Old", "gone")), Token);

        var second = await Store.TryReplaceAsync(Table, Row("r", ("Number", 2), ("New", "here")), first!, Token);

        var found = await Store.FindAsync(Table, "p", "r", Token);
        Assert.NotNull(second);
        Assert.NotEqual(first, second);
        Assert.Equal(second, found!.ETag);
        Assert.Equal((2, null, "here"), (found.GetInt32("Number"), found.FindString("Old"), found.FindString("New")));
    }

    [Fact]
    public async Task TryReplace_OlderETag_ReturnsNullAndLeavesTheRow()
    {
        var first = await Store.TryInsertAsync(Table, Row("r", 1), Token);
        var second = await Store.TryReplaceAsync(Table, Row("r", 2), first!, Token);

        Assert.Null(await Store.TryReplaceAsync(Table, Row("r", 3), first!, Token));

        var found = await Store.FindAsync(Table, "p", "r", Token);
        Assert.Equal((2, second), (found!.GetInt32("Number"), found.ETag));
    }

    [Fact]
    public async Task TryReplace_RowIsGone_ReturnsNullAndMakesNone()
    {
        var etag = await Store.TryInsertAsync(Table, Row("r", 1), Token);
        await Store.TryDeleteAsync(Table, "p", "r", etag!, Token);

        Assert.Null(await Store.TryReplaceAsync(Table, Row("r", 2), etag!, Token));

        Assert.Null(await Store.FindAsync(Table, "p", "r", Token));
    }

    [Fact]
    public async Task TryReplace_ManyAtOnceByOneETag_OneWins()
    {
        var etag = await Store.TryInsertAsync(Table, Row("r", 0), Token);

        var etags = await Task.WhenAll(Enumerable.Range(1, 8).Select(at => Store.TryReplaceAsync(Table, Row("r", at), etag!, Token).AsTask()));

        var winner = Assert.Single(etags, won => won is not null);
        var found = await Store.FindAsync(Table, "p", "r", Token);
        Assert.Equal((winner, Array.IndexOf(etags, winner) + 1), (found!.ETag, found.GetInt32("Number")));
    }

    [Fact]
    public async Task TryDelete_CurrentETag_RemovesTheRow()
    {
        var etag = await Store.TryInsertAsync(Table, Row("r", 1), Token);

        Assert.True(await Store.TryDeleteAsync(Table, "p", "r", etag!, Token));

        Assert.Null(await Store.FindAsync(Table, "p", "r", Token));
    }

    [Fact]
    public async Task TryDelete_OlderETag_ReturnsFalseAndLeavesTheRow()
    {
        var etag = await Store.TryInsertAsync(Table, Row("r", 1), Token);
        await Store.TryReplaceAsync(Table, Row("r", 2), etag!, Token);

        Assert.False(await Store.TryDeleteAsync(Table, "p", "r", etag!, Token));

        Assert.NotNull(await Store.FindAsync(Table, "p", "r", Token));
    }

    [Fact]
    public async Task TryDelete_RowIsGone_ReturnsFalse()
    {
        var etag = await Store.TryInsertAsync(Table, Row("r", 1), Token);
        await Store.TryDeleteAsync(Table, "p", "r", etag!, Token);

        Assert.False(await Store.TryDeleteAsync(Table, "p", "r", etag!, Token));
    }

    [Fact]
    public async Task TryDeleteAll_CurrentVersions_RemovesThem()
    {
        await Store.TryInsertAllAsync(Table, Rows(TableLimits.BatchRows), Token);
        await Store.TryInsertAsync(Table, Row("kept", 1), Token);
        var rows = await Store.QueryAsync(Table, new TableQuery("p") { RowKeyBefore = "kept" }, Token).ToListAsync(Token);

        Assert.True(await Store.TryDeleteAllAsync(Table, rows, Token));

        Assert.Equal(["kept"], await KeysAsync(new TableQuery("p")));
    }

    [Fact]
    public async Task TryDeleteAll_OneHasChangedOrIsGone_RemovesNone()
    {
        await Store.TryInsertAllAsync(Table, Rows(3), Token);
        var rows = await Store.QueryAsync(Table, new TableQuery("p"), Token).ToListAsync(Token);
        var newer = await Store.TryReplaceAsync(Table, rows[1], rows[1].ETag, Token);

        Assert.False(await Store.TryDeleteAllAsync(Table, rows, Token));
        Assert.Equal(3, (await KeysAsync(new TableQuery("p"))).Count);

        await Store.TryDeleteAsync(Table, "p", rows[1].RowKey, newer!, Token);
        Assert.False(await Store.TryDeleteAllAsync(Table, rows, Token));
        Assert.Equal(2, (await KeysAsync(new TableQuery("p"))).Count);
    }

    [Fact]
    public async Task TryDeleteAll_RowsWithoutAVersionOrOfTwoPartitions_IsRefusedUnsent()
    {
        await Store.TryInsertAllAsync(Table, Rows(2), Token);
        var rows = await Store.QueryAsync(Table, new TableQuery("p"), Token).ToListAsync(Token);

        await Assert.ThrowsAsync<ArgumentException>(() => Store.TryDeleteAllAsync(Table, [], Token).AsTask());
        await Assert.ThrowsAsync<ArgumentException>(() => Store.TryDeleteAllAsync(Table, Rows(2), Token).AsTask());
        await Assert.ThrowsAsync<ArgumentException>(
            () => Store.TryDeleteAllAsync(Table, [rows[0], rows[1] with { PartitionKey = "q" }], Token).AsTask());

        Assert.Equal(2, (await KeysAsync(new TableQuery("p"))).Count);
    }

    [Fact]
    public async Task ETag_OfARowThatWasDeletedAndInsertedAgain_IsAnother()
    {
        var first = await Store.TryInsertAsync(Table, Row("r", 1), Token);
        await Store.TryDeleteAsync(Table, "p", "r", first!, Token);
        var second = await Store.TryInsertAsync(Table, Row("r", 1), Token);

        Assert.NotEqual(first, second);
        Assert.False(await Store.TryDeleteAsync(Table, "p", "r", first!, Token));
        Assert.Null(await Store.TryReplaceAsync(Table, Row("r", 2), first!, Token));
    }

    [Theory]
    [InlineData("")]
    [InlineData("*")]
    public async Task ConditionalWrite_WithoutAVersion_IsRefusedUnsent(string etag)
    {
        await Store.TryInsertAsync(Table, Row("r", 1), Token);

        await Assert.ThrowsAsync<ArgumentException>(() => Store.TryReplaceAsync(Table, Row("r", 2), etag, Token).AsTask());
        await Assert.ThrowsAsync<ArgumentException>(() => Store.TryDeleteAsync(Table, "p", "r", etag, Token).AsTask());

        Assert.Equal(1, (await Store.FindAsync(Table, "p", "r", Token))!.GetInt32("Number"));
    }

    [Fact]
    public async Task Find_NoSuchRow_ReturnsNull()
    {
        await Store.TryInsertAsync(Table, Row("r", 1), Token);

        Assert.Null(await Store.FindAsync(Table, "p", "other", Token));
        Assert.Null(await Store.FindAsync(Table, "other", "r", Token));
    }

    [Fact]
    public async Task NoSuchTable_EveryCall_Throws()
    {
        await Assert.ThrowsAnyAsync<Exception>(() => Store.TryInsertAsync("Nowhere", Row("r", 1), Token).AsTask());
        await Assert.ThrowsAnyAsync<Exception>(() => Store.TryInsertAllAsync("Nowhere", Rows(2), Token).AsTask());
        await Assert.ThrowsAnyAsync<Exception>(() => Store.TryReplaceAsync("Nowhere", Row("r", 1), "W/\"datetime'2026-01-01T00%3A00%3A00Z'\"", Token).AsTask());
        await Assert.ThrowsAnyAsync<Exception>(() => Store.TryDeleteAsync("Nowhere", "p", "r", "W/\"datetime'2026-01-01T00%3A00%3A00Z'\"", Token).AsTask());
        await Assert.ThrowsAnyAsync<Exception>(() => Store.FindAsync("Nowhere", "p", "r", Token).AsTask());
        await Assert.ThrowsAnyAsync<Exception>(() => Store.QueryAsync("Nowhere", new TableQuery("p"), Token).CountAsync(Token).AsTask());
    }

    [Fact]
    public async Task EveryCall_Cancelled_ThrowsAndDoesNothing()
    {
        var cancelled = new CancellationToken(canceled: true);

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Store.TryInsertAsync(Table, Row("r", 1), cancelled).AsTask());
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Store.TryInsertAllAsync(Table, Rows(2), cancelled).AsTask());
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Store.FindAsync(Table, "p", "r", cancelled).AsTask());
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () =>
            await Store.QueryAsync(Table, new TableQuery("p"), cancelled).CountAsync(CancellationToken.None));

        Assert.Empty(await KeysAsync(new TableQuery("p")));
    }

    private static bool Fits(IReadOnlyList<TableRow> rows)
    {
        try
        {
            TableLimits.CheckBatch(rows);
            return true;
        }
        catch (ArgumentException)
        {
            return false;
        }
    }
}
