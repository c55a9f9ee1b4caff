using Azure.Data.Tables;
using Azure.Storage.Blobs;
using Azure.Storage.Queues;
using Celerity.Cli.Metering;
using Celerity.Cli.Tests.Emulator;
using Celerity.LocalRuntime.Emulator;
using Xunit;

namespace Celerity.Cli.Tests.Metering;

public sealed class StorageProxyTests : IAsyncLifetime
{
    private readonly TemporaryFolder _folder = new();
    private Azurite? _azurite;
    private StorageProxy? _proxy;

    public async ValueTask InitializeAsync()
    {
        _azurite = await Emulators.StartOrSkipAsync(_folder.Path);
        _proxy = await StorageProxy.StartAsync(_azurite.Endpoints, TestContext.Current.CancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        await (_proxy?.DisposeAsync() ?? default);
        await (_azurite?.DisposeAsync() ?? default);
        _folder.Dispose();
    }

    [Fact(Timeout = Emulators.HangLimit)]
    public async Task Requests_OfAQueue_AreCountedByKind()
    {
        var cancellation = TestContext.Current.CancellationToken;
        var queue = new QueueClient(_proxy!.ConnectionString, "work");
        await queue.CreateAsync(cancellationToken: cancellation);
        await queue.ReceiveMessagesAsync(cancellationToken: cancellation);
        await queue.SendMessageAsync("one & <two>", cancellation);
        var message = (await queue.ReceiveMessageAsync(cancellationToken: cancellation)).Value;
        await queue.DeleteMessageAsync(message.MessageId, message.PopReceipt, cancellation);

        Assert.Equal("one & <two>", message.Body.ToString());
        Assert.Equal(
            ["queue create 1", "queue delete 1", "queue get 1", "queue get empty 1", "queue put 1"], Lines(_proxy.Requests));
        Assert.All(_proxy.Requests.ByTarget.Keys, request => Assert.Equal("work", request.Target));
    }

    [Fact(Timeout = Emulators.HangLimit)]
    public async Task Requests_OfATable_AreCountedByKind()
    {
        var cancellation = TestContext.Current.CancellationToken;
        var table = new TableClient(_proxy!.ConnectionString, "Rows");
        await table.CreateAsync(cancellation);
        await table.AddEntityAsync(new TableEntity("p'1", "a b+c%20"), cancellation);
        await table.SubmitTransactionAsync(
            [
                new TableTransactionAction(TableTransactionActionType.Add, new TableEntity("p'1", "ü")),
                new TableTransactionAction(TableTransactionActionType.Delete, new TableEntity("p'1", "a b+c%20")),
            ],
            cancellation);
        var found = await table.GetEntityAsync<TableEntity>("p'1", "ü", cancellationToken: cancellation);
        var rows = await table.QueryAsync<TableEntity>(row => row.PartitionKey == "p'1", cancellationToken: cancellation).ToListAsync(cancellation);

        Assert.Equal("ü", found.Value.RowKey);
        Assert.Single(rows);
        Assert.Equal(
            ["table batch 1", "table create 1", "table get 1", "table insert 1", "table query 1"], Lines(_proxy.Requests));
        Assert.Equal(
            [("table batch", ""), ("table create", "Tables"), ("table get", "Rows"), ("table insert", "Rows"), ("table query", "Rows")],
            _proxy.Requests.ByTarget.Keys.Order());
    }

    [Fact(Timeout = Emulators.HangLimit)]
    public async Task Requests_OfABlob_AreCountedByKind()
    {
        var cancellation = TestContext.Current.CancellationToken;
        var container = new BlobContainerClient(_proxy!.ConnectionString, "files");
        await container.CreateAsync(cancellationToken: cancellation);
        var blob = container.GetBlobClient("a b/ü+%20(1).csv");
        await blob.UploadAsync(BinaryData.FromBytes(new byte[1_000_000]), cancellation);
        var before = _proxy.Requests;
        var range = await blob.DownloadContentAsync(
            new Azure.Storage.Blobs.Models.BlobDownloadOptions { Range = new Azure.HttpRange(10, 500_000) }, cancellation);
        await blob.GetPropertiesAsync(cancellationToken: cancellation);

        Assert.Equal(500_000, range.Value.Content.ToMemory().Length);
        Assert.Equal(["blob get 1", "blob head 1"], Lines(_proxy.Requests.Since(before)));
        Assert.Equal(["blob create container 1", "blob put 1"], Lines(before));
    }

    private static IEnumerable<string> Lines(StorageRequests requests) => requests.ByKind.Select(kind => $"{kind.Key} {kind.Value}");
}
