using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Specialized;
using Celerity.Cli.Demo;
using Celerity.Cli.Tests.Emulator;
using Xunit;

namespace Celerity.Cli.Tests.Demo;

public sealed class BlobUploadTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact(Timeout = Emulators.HangLimit)]
    public async Task FirstBytesAsync_MoreThanOneBlock_PutsExactlyThoseBytesInOrder()
    {
        var content = new byte[30_000_000];
        new Random(7).NextBytes(content);
        await File.WriteAllBytesAsync(_folder["content"], content, TestContext.Current.CancellationToken);
        await using var azurite = await Emulators.StartOrSkipAsync(_folder["azurite"]);
        var container = new BlobContainerClient(azurite.ConnectionString, "content");
        await container.CreateAsync(cancellationToken: TestContext.Current.CancellationToken);

        await BlobUpload.FirstBytesAsync(
            _folder["content"], 20_000_001, container.GetBlockBlobClient("b"), TestContext.Current.CancellationToken);

        var stored = await container.GetBlobClient("b").DownloadContentAsync(TestContext.Current.CancellationToken);
        Assert.True(stored.Value.Content.ToMemory().Span.SequenceEqual(content.AsSpan(0, 20_000_001)));
    }
}
