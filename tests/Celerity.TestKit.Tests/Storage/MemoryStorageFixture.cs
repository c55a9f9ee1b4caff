using Azure.Data.Tables;
using Azure.Storage.Blobs;
using Azure.Storage.Queues;
using Celerity.TestKit.Hosting;
using Celerity.TestKit.Hosting.Running;
using Celerity.TestKit.Hosting.Storage;

namespace Celerity.TestKit.Tests.Storage;

/// <summary>Storage in memory without an app, as its clients see it.</summary>
public abstract class MemoryStorageFixture : IAsyncDisposable
{
    private readonly TestWorld _world = new(new FunctionTestHostOptions());
    private readonly StorageClients _clients;

    protected MemoryStorageFixture()
    {
        _clients = new StorageClients(_world, process: null);
    }

    protected static CancellationToken Cancel => Xunit.TestContext.Current.CancellationToken;

    protected DateTimeOffset Now => _world.Clock.GetUtcNow();

    protected QueueServiceClient Queues => _clients.QueueService(StorageClients.Address("test", "queue"), QueueMessageEncoding.None);

    protected BlobServiceClient Blobs => _clients.BlobService(StorageClients.Address("test", "blob"));

    protected TableServiceClient Tables => _clients.TableService(StorageClients.Address("test", "table"));

    public async ValueTask DisposeAsync()
    {
        await _world.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    protected void Pass(TimeSpan time)
    {
        var instant = Now + time;
        while (_world.Clock.MoveTowards(instant))
        {
        }
    }
}
