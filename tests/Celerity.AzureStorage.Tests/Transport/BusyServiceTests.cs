using System.Net;
using Azure;
using Celerity.Storage;
using Xunit;

namespace Celerity.AzureStorage.Tests.Transport;

/// <summary>A service that is busy, broken or slow for a while: no work was done by the tries that failed.</summary>
public sealed class BusyServiceTests(AzuriteFixture azurite) : TransportSuite(azurite, tryTimeout: TimeSpan.FromSeconds(5))
{
    [Fact]
    public async Task TryInsert_500Then503_IsTriedAgainAndWins()
    {
        Transport.Answer(HttpStatusCode.InternalServerError).Answer(HttpStatusCode.ServiceUnavailable);

        Assert.NotNull(await Tables.TryInsertAsync(Table, Row("r", 1), Token));

        Assert.Equal(3, Transport.Count);
        Assert.Equal(1, await NumberAsync("r"));
    }

    [Fact]
    public async Task TryInsertAll_500Then503_IsTriedAgainAndWins()
    {
        Transport.Answer(HttpStatusCode.InternalServerError).Answer(HttpStatusCode.ServiceUnavailable);

        Assert.True(await Tables.TryInsertAllAsync(Table, [Row("a", 1), Row("b", 2)], Token));

        Assert.Equal(3, Transport.Count);
        Assert.Equal((1, 2), (await NumberAsync("a"), await NumberAsync("b")));
    }

    [Fact]
    public async Task TryReplaceAndTryDelete_503_AreTriedAgainAndWin()
    {
        var etag = await Tables.TryInsertAsync(Table, Row("r", 1), Token);

        Transport.Answer(HttpStatusCode.ServiceUnavailable);
        etag = await Tables.TryReplaceAsync(Table, Row("r", 2), etag!, Token);
        Assert.NotNull(etag);

        Transport.Answer(HttpStatusCode.ServiceUnavailable);
        Assert.True(await Tables.TryDeleteAsync(Table, "p", "r", etag, Token));
    }

    [Fact]
    public async Task Reads_500_AreTriedAgain()
    {
        await Tables.TryInsertAsync(Table, Row("r", 1), Token);
        await Blobs.WriteAsync(Container, "b", new byte[] { 1 }, Token);

        Transport.Answer(HttpStatusCode.InternalServerError);
        Assert.Equal(1, await NumberAsync("r"));
        Transport.Answer(HttpStatusCode.InternalServerError);
        Assert.Equal(1, await Tables.QueryAsync(Table, new TableQuery("p"), Token).CountAsync(Token));
        Transport.Answer(HttpStatusCode.InternalServerError);
        Assert.Equal(1, (await Blobs.FindAsync(Container, "b", Token))!.Length);
    }

    [Fact]
    public async Task Queue_500Then503_EndsWithOneMessageAndItsDelete()
    {
        Transport.Answer(HttpStatusCode.InternalServerError).Answer(HttpStatusCode.ServiceUnavailable);
        await Queues.SendAsync(Queue, "x", TimeSpan.Zero, Token);

        Transport.Answer(HttpStatusCode.ServiceUnavailable);
        var item = Assert.Single(await Queues.ReceiveAsync(Queue, 32, TimeSpan.FromMinutes(1), Token));
        Assert.Equal(1, item.DequeueCount);

        Transport.Answer(HttpStatusCode.ServiceUnavailable);
        Assert.True(await Queues.TryDeleteAsync(Queue, item, Token));
    }

    [Fact]
    public async Task TryInsert_NoAnswerInTime_IsTriedAgain()
    {
        Transport.Hang();

        Assert.NotNull(await Tables.TryInsertAsync(Table, Row("r", 1), Token));

        Assert.Equal(2, Transport.Count);
    }

    [Fact]
    public async Task TryInsert_CancelledWhileItWaits_StopsAtOnce()
    {
        Transport.Hang();
        using var cancel = CancellationTokenSource.CreateLinkedTokenSource(Token);

        var insert = Tables.TryInsertAsync(Table, Row("r", 1), cancel.Token);
        await cancel.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => insert.AsTask());
        Assert.Null(await NumberAsync("r"));
    }

    [Theory]
    [InlineData(HttpStatusCode.InternalServerError)]
    [InlineData(HttpStatusCode.ServiceUnavailable)]
    [InlineData(HttpStatusCode.TooManyRequests)]
    public async Task EveryCall_BusyForGood_ThrowsTheStatusAfterABoundedNumberOfTries(HttpStatusCode status)
    {
        await ThrowsAsync(status, () => Tables.TryInsertAsync(Table, Row("r", 1), Token).AsTask());
        await ThrowsAsync(status, () => Tables.TryInsertAllAsync(Table, [Row("r", 1)], Token).AsTask());
        await ThrowsAsync(status, () => Tables.FindAsync(Table, "p", "r", Token).AsTask());
        await ThrowsAsync(status, () => Tables.TryDeleteAsync(Table, "p", "r", "e", Token).AsTask());
        await ThrowsAsync(status, () => Queues.SendAsync(Queue, "x", TimeSpan.Zero, Token).AsTask());
        await ThrowsAsync(status, () => Queues.ReceiveAsync(Queue, 1, TimeSpan.FromMinutes(1), Token).AsTask());
        await ThrowsAsync(status, () => Blobs.FindAsync(Container, "b", Token).AsTask());
        await ThrowsAsync(status, () => Blobs.OpenReadAsync(Container, "b", 0, null, null, Token).AsTask());
        await ThrowsAsync(status, () => Blobs.WriteAsync(Container, "b", new byte[1], Token).AsTask());
    }

    [Fact]
    public async Task EveryCall_Forbidden_ThrowsAtOnceAndIsNoRefusalOfTheWrite()
    {
        Transport.Answer(HttpStatusCode.Forbidden);

        var failure = await Assert.ThrowsAsync<RequestFailedException>(() => Tables.TryInsertAsync(Table, Row("r", 1), Token).AsTask());

        Assert.Equal((403, 1), (failure.Status, Transport.Count));
    }

    private async Task ThrowsAsync(HttpStatusCode status, Func<Task> call)
    {
        var tries = new StorageTransport().RetryCount + 1;
        for (var at = 0; at < tries; at++)
        {
            Transport.Answer(status);
        }

        var before = Transport.Count;
        var failure = await Assert.ThrowsAnyAsync<RequestFailedException>(call);
        Assert.Equal(((int)status, tries), (failure.Status, Transport.Count - before));
    }
}
