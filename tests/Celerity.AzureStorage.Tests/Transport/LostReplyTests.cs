using Celerity.Storage;
using Xunit;

namespace Celerity.AzureStorage.Tests.Transport;

/// <summary>
/// The service does the work and its reply is lost; the client's own second try then meets the first. What callers see here is what the
/// engine is built for: a refusal may be one's own write, a message may be there twice, a receive may hide what nobody holds.
/// </summary>
public sealed class LostReplyTests(AzuriteFixture azurite) : TransportSuite(azurite)
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task TryInsert_ReplyLost_LooksRefusedAndTheRowIsOurs(bool cut)
    {
        Lose(cut);

        Assert.Null(await Tables.TryInsertAsync(Table, Row("r", 1), Token));

        Assert.Equal(1, await NumberAsync("r"));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task TryInsertAll_ReplyLost_LooksRefusedAndAllRowsAreOurs(bool cut)
    {
        Lose(cut);

        Assert.False(await Tables.TryInsertAllAsync(Table, [Row("a", 1), Row("b", 2)], Token));

        Assert.Equal((1, 2), (await NumberAsync("a"), await NumberAsync("b")));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task TryReplace_ReplyLost_LooksRefusedAndTheRowIsOurs(bool cut)
    {
        var etag = await Tables.TryInsertAsync(Table, Row("r", 1), Token);
        Lose(cut);

        Assert.Null(await Tables.TryReplaceAsync(Table, Row("r", 2), etag!, Token));

        Assert.Equal(2, await NumberAsync("r"));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task TryDelete_ReplyLost_LooksRefusedAndTheRowIsGone(bool cut)
    {
        var etag = await Tables.TryInsertAsync(Table, Row("r", 1), Token);
        Lose(cut);

        Assert.False(await Tables.TryDeleteAsync(Table, "p", "r", etag!, Token));

        Assert.Null(await NumberAsync("r"));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Send_ReplyLost_MessageIsThereTwice(bool cut)
    {
        Lose(cut);

        await Queues.SendAsync(Queue, "x", TimeSpan.Zero, Token);

        var items = await Queues.ReceiveAsync(Queue, 32, TimeSpan.FromMinutes(1), Token);
        Assert.Equal(["x", "x"], items.Select(item => item.Body));
    }

    [Fact]
    public async Task Receive_ReplyLost_MessageStaysHiddenForItsLease()
    {
        await Queues.SendAsync(Queue, "x", TimeSpan.Zero, Token);
        Transport.LoseReply();

        Assert.Empty(await Queues.ReceiveAsync(Queue, 32, TimeSpan.FromMinutes(1), Token));
    }

    [Fact]
    public async Task QueueTryDelete_ReplyLost_LooksGoneAndIs()
    {
        await Queues.SendAsync(Queue, "x", TimeSpan.Zero, Token);
        var item = Assert.Single(await Queues.ReceiveAsync(Queue, 1, TimeSpan.FromMinutes(1), Token));
        Transport.LoseReply();

        Assert.False(await Queues.TryDeleteAsync(Queue, item, Token));
    }

    [Fact]
    public async Task Write_ReplyLost_IsWrittenAgain()
    {
        Transport.LoseReply();

        await Blobs.WriteAsync(Container, "b", new byte[] { 1, 2 }, Token);

        Assert.Equal(2, (await Blobs.FindAsync(Container, "b", Token))!.Length);
    }

    [Fact]
    public async Task OpenRead_CutInTheMiddle_GoesOnWhereItWasCut()
    {
        var content = new byte[100_000];
        new Random(1).NextBytes(content);
        await Blobs.WriteAsync(Container, "b", content, Token);
        Transport.CutAfter(40_000, () => Task.CompletedTask);

        var read = await ReadAsync(offset: 10_000);

        Assert.Equal(content[10_000..], read);
        Assert.Equal(3, Transport.Count);
    }

    [Fact]
    public async Task OpenRead_CutAndChangedMeanwhile_SaysTheBlobIsGone()
    {
        await Blobs.WriteAsync(Container, "b", new byte[100_000], Token);
        Transport.CutAfter(40_000, () => Blobs.WriteAsync(Container, "b", new byte[100_000], Token).AsTask());

        await Assert.ThrowsAsync<BlobGoneException>(() => ReadAsync(offset: 0));
    }

    private void Lose(bool cut) => _ = cut ? Transport.LoseReply() : Transport.FailAfterwards();

    private async Task<byte[]> ReadAsync(long offset)
    {
        await using var content = await Blobs.OpenReadAsync(Container, "b", offset, null, null, Token);
        using var copy = new MemoryStream();
        await content.CopyToAsync(copy, Token);
        return copy.ToArray();
    }
}
