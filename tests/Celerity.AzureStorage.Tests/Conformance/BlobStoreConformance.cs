using Celerity.Storage;
using Xunit;

namespace Celerity.AzureStorage.Tests.Conformance;

/// <summary>What every blob store does.</summary>
public abstract class BlobStoreConformance : IAsyncLifetime
{
    private static readonly byte[] Ten = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9];

    private readonly IStorageBench _bench;
    private readonly string _container = $"c-{Guid.NewGuid():N}";

    private protected BlobStoreConformance(IStorageBench bench) => _bench = bench;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private IBlobStore Store => _bench.Blobs;

    public async ValueTask InitializeAsync()
    {
        await _bench.OpenAsync();
        await _bench.CreateContainerAsync(_container);
    }

    public ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        return ValueTask.CompletedTask;
    }

    [Theory]
    [InlineData("a")]
    [InlineData("run/1/stage 2/chunk-00001.ndjson")]
    [InlineData("a%20b+c&d=e?f#g")]
    [InlineData("äöü 漢字")]
    public async Task Write_AnyName_IsReadBackWhole(string name)
    {
        await Store.WriteAsync(_container, name, Ten, Token);

        Assert.Equal(Ten, await ReadAsync(name));
        Assert.Equal(10, (await Store.FindAsync(_container, name, Token))!.Length);
    }

    [Fact]
    public async Task Write_BlobIsThere_ReplacesItUnderANewVersion()
    {
        await Store.WriteAsync(_container, "b", Ten, Token);
        var first = await Store.FindAsync(_container, "b", Token);

        await Store.WriteAsync(_container, "b", new byte[] { 42 }, Token);

        var second = await Store.FindAsync(_container, "b", Token);
        Assert.Equal([42], await ReadAsync("b"));
        Assert.Equal(1, second!.Length);
        Assert.NotEqual(first!.ETag, second.ETag);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(10)]
    [InlineData((4 << 20) + 1)]
    [InlineData(9 << 20)]
    public async Task TryWriteNew_NoSuchBlob_IsReadBackWhole(int length)
    {
        var bytes = new byte[length];
        new Random(length).NextBytes(bytes);

        Assert.True(await Store.TryWriteNewAsync(_container, "new", new Trickle(bytes), Token));

        Assert.Equal(bytes, await ReadAsync("new"));
    }

    [Theory]
    [InlineData(3)]
    [InlineData(5 << 20)]
    public async Task TryWriteNew_BlobIsThere_LeavesIt(int length)
    {
        await Store.WriteAsync(_container, "old", Ten, Token);
        var before = await Store.FindAsync(_container, "old", Token);

        Assert.False(await Store.TryWriteNewAsync(_container, "old", new Trickle(new byte[length]), Token));

        Assert.Equal(before, await Store.FindAsync(_container, "old", Token));
        Assert.Equal(Ten, await ReadAsync("old"));
    }

    [Theory]
    [InlineData(100)]
    [InlineData(6 << 20)]
    public async Task TryWriteNew_ContentBreaksOff_LeavesNothing(int length)
    {
        await Assert.ThrowsAsync<InvalidTimeZoneException>(() => Store.TryWriteNewAsync(_container, "broken", new Trickle(new byte[length], breaksOff: true), Token).AsTask());

        Assert.Null(await Store.FindAsync(_container, "broken", Token));
        Assert.True(await Store.TryWriteNewAsync(_container, "broken", new Trickle(Ten), Token));
        Assert.Equal(Ten, await ReadAsync("broken"));
    }

    [Fact]
    public async Task List_Prefix_GivesThoseBlobsInTheOrderOfTheirNames()
    {
        foreach (var name in new[] { "in/b", "in/a", "in/B", "in/ä b", "inner", "IN/a", "in/a/b" })
        {
            await Store.WriteAsync(_container, name, Ten.AsMemory(0, name.Length), Token);
        }

        var items = await Store.ListAsync(_container, "in/", Token).ToListAsync(Token);

        Assert.Equal(["in/B", "in/a", "in/a/b", "in/b", "in/ä b"], items.Select(item => item.Name));
        foreach (var item in items)
        {
            Assert.Equal(new BlobFacts(item.Length, item.ETag), await Store.FindAsync(_container, item.Name, Token));
            await using var stream = await Store.OpenReadAsync(_container, item.Name, 0, null, item.ETag, Token);
        }

        Assert.Empty(await Store.ListAsync(_container, "none", Token).ToListAsync(Token));
        Assert.Empty(await Store.ListAsync("no-such-container", "", Token).ToListAsync(Token));
    }

    [Fact]
    public async Task Write_CallerChangesItsArrayAfterwards_StoredBlobStays()
    {
        var content = Ten.ToArray();
        await Store.WriteAsync(_container, "b", content, Token);

        content[0] = 99;

        Assert.Equal(Ten, await ReadAsync("b"));
    }

    [Fact]
    public async Task Write_PartOfAnArray_StoresThatPart()
    {
        await Store.WriteAsync(_container, "b", Ten.AsMemory(2, 3), Token);

        Assert.Equal([2, 3, 4], await ReadAsync("b"));
    }

    [Fact]
    public async Task Write_LargeBlob_IsReadBackWhole()
    {
        var content = new byte[12 * 1024 * 1024];
        new Random(1).NextBytes(content);

        await Store.WriteAsync(_container, "b", content, Token);

        var read = await ReadAsync("b");
        Assert.True(content.AsSpan().SequenceEqual(read));
    }

    [Fact]
    public async Task Write_NoSuchContainer_Throws() =>
        await Assert.ThrowsAnyAsync<Exception>(() => Store.WriteAsync("nowhere", "b", Ten, Token).AsTask());

    [Fact]
    public async Task TryDelete_Blob_IsGoneAndASecondTimeSaysSo()
    {
        await Store.WriteAsync(_container, "b", Ten, Token);

        Assert.True(await Store.TryDeleteAsync(_container, "b", Token));

        Assert.Null(await Store.FindAsync(_container, "b", Token));
        Assert.False(await Store.TryDeleteAsync(_container, "b", Token));
        Assert.False(await Store.TryDeleteAsync("nowhere", "b", Token));
    }

    [Fact]
    public async Task Find_NoSuchBlobOrContainer_ReturnsNull()
    {
        Assert.Null(await Store.FindAsync(_container, "none", Token));
        Assert.Null(await Store.FindAsync("nowhere", "none", Token));
    }

    [Theory]
    [InlineData(0L, null, 0, 10)]
    [InlineData(4L, null, 4, 6)]
    [InlineData(0L, 10L, 0, 10)]
    [InlineData(3L, 4L, 3, 4)]
    [InlineData(9L, 1L, 9, 1)]
    [InlineData(8L, 5L, 8, 2)]
    [InlineData(10L, null, 0, 0)]
    [InlineData(10L, 5L, 0, 0)]
    [InlineData(99L, 5L, 0, 0)]
    [InlineData(3L, 0L, 0, 0)]
    public async Task OpenRead_Range_ReadsThoseBytes(long offset, long? length, int from, int count)
    {
        await Store.WriteAsync(_container, "b", Ten, Token);
        var etag = (await Store.FindAsync(_container, "b", Token))!.ETag;

        Assert.Equal(Ten[from..(from + count)], await ReadAsync("b", offset, length));
        Assert.Equal(Ten[from..(from + count)], await ReadAsync("b", offset, length, etag));
    }

    [Theory]
    [InlineData(0L, null)]
    [InlineData(0L, 0L)]
    [InlineData(0L, 5L)]
    [InlineData(5L, null)]
    public async Task OpenRead_EmptyBlob_ReadsNothing(long offset, long? length)
    {
        await Store.WriteAsync(_container, "b", ReadOnlyMemory<byte>.Empty, Token);

        Assert.Empty(await ReadAsync("b", offset, length));
        Assert.Equal(0, (await Store.FindAsync(_container, "b", Token))!.Length);
    }

    [Theory]
    [InlineData(0L, null)]
    [InlineData(2L, 3L)]
    [InlineData(2L, 0L)]
    [InlineData(50L, 3L)]
    public async Task OpenRead_OtherVersion_SaysTheBlobIsGone(long offset, long? length)
    {
        await Store.WriteAsync(_container, "b", Ten, Token);
        var etag = (await Store.FindAsync(_container, "b", Token))!.ETag;
        await Store.WriteAsync(_container, "b", Ten, Token);

        await Assert.ThrowsAsync<BlobGoneException>(() => ReadAsync("b", offset, length, etag));
    }

    [Theory]
    [InlineData(null)]
    [InlineData(0L)]
    [InlineData(3L)]
    public async Task OpenRead_NoSuchBlobOrContainer_SaysTheBlobIsGone(long? length)
    {
        await Store.WriteAsync(_container, "b", Ten, Token);
        var etag = (await Store.FindAsync(_container, "b", Token))!.ETag;
        await _bench.RemoveBlobAsync(_container, "b");

        await Assert.ThrowsAsync<BlobGoneException>(() => ReadAsync("b", 0, length));
        await Assert.ThrowsAsync<BlobGoneException>(() => ReadAsync("b", 0, length, etag));
        await Assert.ThrowsAsync<BlobGoneException>(() => Store.OpenReadAsync("nowhere", "b", 0, length, null, Token).AsTask());
    }

    [Fact]
    public async Task OpenRead_NegativeRange_IsRefused()
    {
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => ReadAsync("b", -1));
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => ReadAsync("b", 0, -1));
    }

    [Fact]
    public async Task Commit_OfBlocks_MakesOneBlobInTheirOrderAndTellsItsOwner()
    {
        await Store.WriteBlockAsync(_container, "b", "2", Ten.AsMemory(5), Token);
        await Store.WriteBlockAsync(_container, "b", "1", new byte[] { 9, 9 }, Token);
        await Store.WriteBlockAsync(_container, "b", "1", Ten.AsMemory(0, 5), Token);
        Assert.Null(await Store.FindAsync(_container, "b", Token));

        Assert.True(await Store.TryCommitAsync(_container, "b", ["1", "2"], "run/1", etag: null, Token));

        Assert.Equal(Ten, await ReadAsync("b"));
        Assert.Equal("run/1", (await Store.FindAsync(_container, "b", Token))!.Owner);
    }

    [Fact]
    public async Task Commit_OverABlob_AsksForItsVersion()
    {
        await Store.WriteAsync(_container, "b", Ten, Token);
        var facts = await Store.FindAsync(_container, "b", Token);
        Assert.Null(facts!.Owner);
        await Store.WriteBlockAsync(_container, "b", "1", Ten.AsMemory(3), Token);

        Assert.False(await Store.TryCommitAsync(_container, "b", ["1"], "o", etag: null, Token));
        Assert.Equal(Ten, await ReadAsync("b"));
        Assert.True(await Store.TryCommitAsync(_container, "b", ["1"], "o", facts.ETag, Token));
        Assert.Equal(Ten[3..], await ReadAsync("b"));
        Assert.False(await Store.TryCommitAsync(_container, "b", ["1"], "o", facts.ETag, Token));
    }

    [Fact]
    public async Task Commit_OfABlockThatIsNotThere_ChangesNothing()
    {
        await Store.WriteBlockAsync(_container, "b", "1", Ten, Token);

        Assert.False(await Store.TryCommitAsync(_container, "b", ["1", "2"], null, etag: null, Token));
        Assert.Null(await Store.FindAsync(_container, "b", Token));
        await Assert.ThrowsAsync<BlobGoneException>(() => Store.WriteBlockAsync("nowhere", "b", "1", Ten, Token).AsTask());
        Assert.False(await Store.TryCommitAsync("nowhere", "b", [], null, etag: null, Token));
    }

    [Fact]
    public async Task EveryCall_Cancelled_ThrowsAndDoesNothing()
    {
        var cancelled = new CancellationToken(canceled: true);

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Store.WriteAsync(_container, "b", Ten, cancelled).AsTask());
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Store.FindAsync(_container, "b", cancelled).AsTask());
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Store.OpenReadAsync(_container, "b", 0, null, null, cancelled).AsTask());

        Assert.Null(await Store.FindAsync(_container, "b", Token));
    }

    private async Task<byte[]> ReadAsync(string name, long offset = 0, long? length = null, string? etag = null)
    {
        await using var content = await Store.OpenReadAsync(_container, name, offset, length, etag, Token);
        using var copy = new MemoryStream();
        await content.CopyToAsync(copy, Token);
        return copy.ToArray();
    }
}
