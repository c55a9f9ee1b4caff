using Celerity.Storage;

namespace Celerity.AzureStorage.Tests.Conformance;

internal sealed class AzuriteBench(AzuriteFixture azurite) : IStorageBench
{
    private StorageClients? _clients;

    public ITableStore Tables => new AzureTableStore(Clients);

    public IQueueStore Queues => new AzureQueueStore(Clients);

    public IBlobStore Blobs => new AzureBlobStore(Clients);

    public IStorageSetup Setup => new AzureStorageSetup(Clients);

    private StorageClients Clients => _clients ?? throw new InvalidOperationException("Not opened yet.");

    public async Task OpenAsync() => _clients = await azurite.OpenAsync();

    public Task CreateTableAsync(string name) => Clients.Tables.CreateTableAsync(name);

    public Task CreateQueueAsync(string name) => Clients.Queues.CreateQueueAsync(name);

    public Task CreateContainerAsync(string name) => Clients.Blobs.CreateBlobContainerAsync(name);

    public Task RemoveBlobAsync(string container, string name) => Clients.Blobs.GetBlobContainerClient(container).DeleteBlobAsync(name);

    // The emulator has no clock but the machine's: a lease of one second is waited out.
    public Task PassAsync(TimeSpan span) => Task.Delay(span, TimeProvider.System);
}
