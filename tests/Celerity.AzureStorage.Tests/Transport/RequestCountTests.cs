using Celerity.Storage;
using Xunit;

namespace Celerity.AzureStorage.Tests.Transport;

/// <summary>Requests are the bill: what each call costs.</summary>
public sealed class RequestCountTests(AzuriteFixture azurite) : TransportSuite(azurite)
{
    [Fact]
    public async Task Table_EachCall_CostsOneRequest()
    {
        var etag = await CostAsync(1, () => Tables.TryInsertAsync(Table, Row("r", 1), Token));
        await CostAsync(1, () => Tables.TryInsertAsync(Table, Row("r", 1), Token));
        await CostAsync(1, () => Tables.TryInsertAllAsync(Table, Enumerable.Range(0, 100).Select(at => Row($"{at}", at)).ToList(), Token));
        await CostAsync(1, () => Tables.FindAsync(Table, "p", "r", Token));
        await CostAsync(1, () => Tables.FindAsync(Table, "p", "none", Token));
        etag = await CostAsync(1, () => Tables.TryReplaceAsync(Table, Row("r", 2), etag!, Token));
        await CostAsync(1, () => Tables.TryReplaceAsync(Table, Row("none", 2), etag!, Token));
        await CostAsync(1, () => Tables.TryDeleteAsync(Table, "p", "r", etag!, Token));
        await CostAsync(1, () => Tables.TryDeleteAsync(Table, "p", "r", etag!, Token));
    }

    [Theory]
    [InlineData(null, 3)]
    [InlineData(0, 0)]
    [InlineData(1, 1)]
    [InlineData(1000, 1)]
    [InlineData(1001, 2)]
    public async Task Query_Of2100Rows_CostsOneRequestForEachPageThatIsWanted(int? limit, int cost)
    {
        foreach (var batch in Enumerable.Range(0, 2100).Select(at => Row($"{at:D5}", at)).Chunk(TableLimits.BatchRows))
        {
            await Tables.TryInsertAllAsync(Table, batch, Token);
        }

        await CostAsync(cost, () => Tables.QueryAsync(Table, new TableQuery("p") { Limit = limit }, Token).CountAsync(Token));
    }

    [Fact]
    public async Task Queue_EachCall_CostsOneRequest()
    {
        await CostAsync(1, () => SendAsync(""));
        await CostAsync(1, () => SendAsync(new string('x', QueueLimits.MessageBytes)));
        var items = await CostAsync(1, () => Queues.ReceiveAsync(Queue, 32, TimeSpan.FromMinutes(1), Token));
        await CostAsync(1, () => Queues.ReceiveAsync(Queue, 32, TimeSpan.FromMinutes(1), Token));
        await CostAsync(1, () => Queues.TryDeleteAsync(Queue, items[0], Token));
    }

    [Theory]
    [InlineData(0.0, null)]
    [InlineData(0.2, "visibilitytimeout=1")]
    [InlineData(3.0, "visibilitytimeout=3")]
    public async Task Send_AnyDelay_NeverExpiresAndIsNeverReceivedBeforeItsTime(double seconds, string? asked)
    {
        await Queues.SendAsync(Queue, "x", TimeSpan.FromSeconds(seconds), Token);

        var query = Transport.LatestUri!.Query.TrimStart('?').Split('&');
        Assert.Contains("messagettl=-1", query);
        Assert.Equal(asked, query.SingleOrDefault(part => part.StartsWith("visibilitytimeout", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Blob_EachCall_CostsOneRequest()
    {
        await CostAsync(1, () => WriteAsync("small", 10));
        await CostAsync(1, () => WriteAsync("large", 20 * 1024 * 1024));
        await CostAsync(1, () => Blobs.FindAsync(Container, "large", Token));
        await CostAsync(1, () => ReadAsync("small"));
        await CostAsync(1, () => ReadAsync("large"));
        await CostAsync(1, () => WriteAsync("large", 20));
    }

    [Fact]
    public async Task Ensure_CostsOneRequestForEachThing() => await CostAsync(
        StorageNames.Queues.Count + StorageNames.Tables.Count + StorageNames.Containers.Count,
        async () =>
        {
            await Setup.EnsureAsync(Token);
            return true;
        });

    [Fact]
    public async Task RefusedByItsSize_CostsNothing()
    {
        await CostAsync(0, async () => await Assert.ThrowsAsync<ArgumentException>(() => SendAsync(new string('x', 70_000)).AsTask()));
        await CostAsync(0, async () => await Assert.ThrowsAsync<ArgumentException>(() => Tables.TryInsertAsync(Table, Row("a/b", 1), Token).AsTask()));
    }

    private async Task<T> CostAsync<T>(int requests, Func<ValueTask<T>> call)
    {
        var before = Transport.Count;
        var result = await call();
        Assert.Equal(requests, Transport.Count - before);
        return result;
    }

    private async ValueTask<bool> SendAsync(string body)
    {
        await Queues.SendAsync(Queue, body, TimeSpan.Zero, Token);
        return true;
    }

    private async ValueTask<bool> WriteAsync(string name, int bytes)
    {
        await Blobs.WriteAsync(Container, name, new byte[bytes], Token);
        return true;
    }

    private async ValueTask<long> ReadAsync(string name)
    {
        await using var content = await Blobs.OpenReadAsync(Container, name, 0, null, null, Token);
        using var copy = new MemoryStream();
        await content.CopyToAsync(copy, Token);
        return copy.Length;
    }
}
