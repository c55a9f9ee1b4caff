using Azure;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;
using Azure.Storage.Blobs.Specialized;
using Xunit;

namespace Celerity.TestKit.Tests.Storage;

public sealed class MemoryBlobTests : MemoryStorageFixture
{
    [Fact]
    public async Task Blob_Uploaded_ComesBackWithItsProperties()
    {
        var blob = (await CreateAsync()).GetBlobClient("folder/a b.txt");
        var written = (await blob.UploadAsync(
            BinaryData.FromString("hello"),
            new BlobUploadOptions { HttpHeaders = new BlobHttpHeaders { ContentType = "text/plain" }, Metadata = new Dictionary<string, string> { ["owner"] = "me" } },
            Cancel)).Value;

        var read = (await blob.DownloadContentAsync(Cancel)).Value;
        var properties = (await blob.GetPropertiesAsync(cancellationToken: Cancel)).Value;

        Assert.Equal("hello", read.Content.ToString());
        Assert.Equal((written.ETag, "text/plain", 5L, "me"), (properties.ETag, properties.ContentType, properties.ContentLength, properties.Metadata["owner"]));
        Assert.Equal(Now, properties.LastModified);
    }

    [Fact]
    public async Task Blob_Range_IsReadInPart()
    {
        var blob = (await CreateAsync()).GetBlobClient("b");
        await blob.UploadAsync(BinaryData.FromString("0123456789"), Cancel);

        var part = (await blob.DownloadContentAsync(new BlobDownloadOptions { Range = new HttpRange(3, 4) }, Cancel)).Value;

        Assert.Equal("3456", part.Content.ToString());
        await FailsAsync(416, "InvalidRange", async () => await blob.DownloadContentAsync(new BlobDownloadOptions { Range = new HttpRange(10, 1) }, Cancel));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(3_000_000)]
    public async Task Blob_DownloadedToAStream_IsWhole(int length)
    {
        var blob = (await CreateAsync()).GetBlobClient("b");
        var bytes = new byte[length];
        new Random(1).NextBytes(bytes);
        using var source = new MemoryStream(bytes);
        await blob.UploadAsync(source, new BlobUploadOptions { TransferOptions = new() { InitialTransferSize = 1_000_000, MaximumTransferSize = 1_000_000 } }, Cancel);
        using var target = new MemoryStream();

        await blob.DownloadToAsync(target, new BlobDownloadToOptions { TransferOptions = new() { InitialTransferSize = 1_000_000, MaximumTransferSize = 1_000_000 } }, Cancel);

        Assert.Equal(bytes, target.ToArray());
    }

    [Fact]
    public async Task Conditions_NotMet_AreRefused()
    {
        var blob = (await CreateAsync()).GetBlobClient("b");
        var first = (await blob.UploadAsync(BinaryData.FromString("1"), Cancel)).Value;
        await blob.UploadAsync(BinaryData.FromString("2"), overwrite: true, Cancel);

        await FailsAsync(409, "BlobAlreadyExists", () => blob.UploadAsync(BinaryData.FromString("3"), Cancel));
        await FailsAsync(412, "ConditionNotMet", () => blob.UploadAsync(BinaryData.FromString("3"), new BlobUploadOptions { Conditions = new() { IfMatch = first.ETag } }, Cancel));
        await FailsAsync(412, "ConditionNotMet", () => blob.DeleteAsync(conditions: new() { IfMatch = first.ETag }, cancellationToken: Cancel));
        Assert.Equal("2", (await blob.DownloadContentAsync(Cancel)).Value.Content.ToString());
    }

    [Fact]
    public async Task Blocks_Committed_AreTheContent()
    {
        var blob = (await CreateAsync()).GetBlockBlobClient("b");
        await StageAsync(blob, "MQ==", "one ");
        await StageAsync(blob, "Mg==", "two");
        Assert.False(await blob.ExistsAsync(Cancel));
        await FailsAsync(404, "BlobNotFound", async () => await blob.GetPropertiesAsync(cancellationToken: Cancel));

        await blob.CommitBlockListAsync(["Mg==", "MQ=="], cancellationToken: Cancel);
        await StageAsync(blob, "Mw==", "three");

        Assert.Equal("twoone ", (await blob.DownloadContentAsync(Cancel)).Value.Content.ToString());
        var blocks = (await blob.GetBlockListAsync(BlockListTypes.All, cancellationToken: Cancel)).Value;
        Assert.Equal(["Mg==", "MQ=="], blocks.CommittedBlocks.Select(block => block.Name));
        Assert.Equal(["Mw=="], blocks.UncommittedBlocks.Select(block => block.Name));
        await FailsAsync(400, "InvalidBlockList", () => blob.CommitBlockListAsync(["NA=="], cancellationToken: Cancel));
    }

    [Fact]
    public async Task Blobs_Listed_ByPrefixFolderAndPage()
    {
        var container = await CreateAsync();
        foreach (var name in new[] { "a/1", "a/2", "a/b/3", "c" })
        {
            await container.UploadBlobAsync(name, BinaryData.FromString(name), Cancel);
        }

        var pages = new List<string>();
        await foreach (var page in container.GetBlobsAsync(BlobTraits.None, BlobStates.None, prefix: "a/", cancellationToken: Cancel).AsPages(pageSizeHint: 2))
        {
            pages.Add(string.Join(' ', page.Values.Select(blob => $"{blob.Name}:{blob.Properties.ContentLength}")));
        }

        var folders = await container.GetBlobsByHierarchyAsync(BlobTraits.None, BlobStates.None, delimiter: "/", prefix: "a/", cancellationToken: Cancel)
            .Select(item => item.IsPrefix ? item.Prefix : item.Blob.Name).ToListAsync(Cancel);
        Assert.Equal(["a/1:3 a/2:3", "a/b/3:5"], pages);
        Assert.Equal(["a/b/", "a/1", "a/2"], folders);
    }

    [Fact]
    public async Task Lease_Held_KeepsOthersOutUntilItRunsOut()
    {
        var blob = (await CreateAsync()).GetBlobClient("b");
        await blob.UploadAsync(BinaryData.FromString("1"), Cancel);
        var lease = blob.GetBlobLeaseClient();
        var held = (await lease.AcquireAsync(TimeSpan.FromSeconds(60), cancellationToken: Cancel)).Value;

        await FailsAsync(409, "LeaseAlreadyPresent", () => blob.GetBlobLeaseClient().AcquireAsync(TimeSpan.FromSeconds(60), cancellationToken: Cancel));
        await FailsAsync(412, "LeaseIdMissing", () => blob.UploadAsync(BinaryData.FromString("2"), overwrite: true, Cancel));
        await blob.UploadAsync(BinaryData.FromString("2"), new BlobUploadOptions { Conditions = new() { LeaseId = held.LeaseId } }, Cancel);
        Pass(TimeSpan.FromSeconds(50));
        await lease.RenewAsync(cancellationToken: Cancel);
        Pass(TimeSpan.FromSeconds(59));
        await FailsAsync(412, "LeaseIdMissing", () => blob.DeleteAsync(cancellationToken: Cancel));
        Pass(TimeSpan.FromSeconds(1));

        await blob.DeleteAsync(cancellationToken: Cancel);
    }

    [Fact]
    public async Task Lease_Released_IsFree()
    {
        var blob = (await CreateAsync()).GetBlobClient("b");
        await blob.UploadAsync(BinaryData.FromString("1"), Cancel);
        var lease = blob.GetBlobLeaseClient();
        await lease.AcquireAsync(BlobLeaseClient.InfiniteLeaseDuration, cancellationToken: Cancel);
        Assert.Equal(LeaseState.Leased, (await blob.GetPropertiesAsync(cancellationToken: Cancel)).Value.LeaseState);

        await lease.ReleaseAsync(cancellationToken: Cancel);

        await blob.GetBlobLeaseClient().AcquireAsync(TimeSpan.FromSeconds(15), cancellationToken: Cancel);
    }

    [Fact]
    public async Task ContainerOrBlob_Missing_IsRefused()
    {
        var container = await CreateAsync();

        await FailsAsync(404, "BlobNotFound", () => container.GetBlobClient("b").DownloadContentAsync(Cancel));
        await FailsAsync(404, "BlobNotFound", () => container.GetBlobClient("b").DeleteAsync(cancellationToken: Cancel));
        Assert.False(await container.GetBlobClient("b").DeleteIfExistsAsync(cancellationToken: Cancel));
        await FailsAsync(404, "ContainerNotFound", () => Blobs.GetBlobContainerClient("missing").UploadBlobAsync("b", BinaryData.FromString("1"), Cancel));
        await FailsAsync(409, "ContainerAlreadyExists", () => container.CreateAsync(cancellationToken: Cancel));
        Assert.Equal(["things"], await Blobs.GetBlobContainersAsync(cancellationToken: Cancel).Select(item => item.Name).ToListAsync(Cancel));
        await container.DeleteAsync(cancellationToken: Cancel);
        Assert.False(await container.ExistsAsync(Cancel));
    }

    private static async Task FailsAsync(int status, string code, Func<Task> call)
    {
        var failure = await Assert.ThrowsAsync<RequestFailedException>(call);
        Assert.Equal((status, code), (failure.Status, failure.ErrorCode));
    }

    private static async Task StageAsync(BlockBlobClient blob, string id, string text)
    {
        using var content = new MemoryStream(System.Text.Encoding.UTF8.GetBytes(text));
        await blob.StageBlockAsync(id, content, cancellationToken: Cancel);
    }

    private async Task<BlobContainerClient> CreateAsync() => (await Blobs.CreateBlobContainerAsync("things", cancellationToken: Cancel)).Value;
}
