using Azure.Core;
using Azure.Core.Pipeline;
using Azure.Data.Tables;
using Azure.Storage.Blobs;
using Azure.Storage.Queues;
using Celerity.TestKit.Hosting.Running;

namespace Celerity.TestKit.Hosting.Storage;

/// <summary>Makes clients of the storage in memory, for one process of the app or for the test.</summary>
internal sealed class StorageClients
{
    public StorageClients(TestWorld world, AppProcess? process)
    {
        Queues = Transport(world.Queues);
        Blobs = Transport(world.Blobs);
        Tables = Transport(world.Tables);

        HttpClientTransport Transport(IMemoryService service) =>
            new(new HttpClient(new MemoryStorageHandler(service, world, process)) { Timeout = Timeout.InfiniteTimeSpan });
    }

    public HttpPipelineTransport Queues { get; }

    public HttpPipelineTransport Blobs { get; }

    public HttpPipelineTransport Tables { get; }

    public QueueServiceClient QueueService(Uri uri, QueueMessageEncoding encoding) => new(uri, Set(new QueueClientOptions { MessageEncoding = encoding }, Queues));

    public BlobServiceClient BlobService(Uri uri) => new(uri, Set(new BlobClientOptions(), Blobs));

    // A table client is not made without a key; nobody looks at this one.
    public TableServiceClient TableService(Uri uri) =>
        new(uri, new TableSharedKeyCredential(StorageRequest.Split(uri).Account, "bm9uZQ=="), Set(new TableClientOptions(), Tables));

    public static Uri Address(string account, string service) => new($"https://{account}.{service}.core.windows.net");

    /// <summary>Sets a client's transport. It does not retry by itself: that would be in real time.</summary>
    public static T Set<T>(T options, HttpPipelineTransport transport)
        where T : ClientOptions
    {
        options.Transport = transport;
        options.Retry.MaxRetries = 0;
        return options;
    }
}
