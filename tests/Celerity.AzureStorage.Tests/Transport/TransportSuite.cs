using Celerity.AzureStorage.Metrics;
using Celerity.Storage;
using Xunit;

namespace Celerity.AzureStorage.Tests.Transport;

/// <summary>What tests of a bad connection share: the emulator behind a <see cref="FaultyTransport"/>.</summary>
public abstract class TransportSuite(AzuriteFixture azurite, TimeSpan? tryTimeout = null) : IAsyncLifetime
{
    private StorageClients? _clients;

    protected static CancellationToken Token => TestContext.Current.CancellationToken;

    protected string Table { get; } = $"T{Guid.NewGuid():N}";

    protected string Queue { get; } = $"q-{Guid.NewGuid():N}";

    protected string Container { get; } = $"c-{Guid.NewGuid():N}";

    internal FaultyTransport Transport { get; } = new();

    internal ITableStore Tables => new AzureTableStore(_clients!);

    internal IQueueStore Queues => new AzureQueueStore(_clients!);

    internal IBlobStore Blobs => new AzureBlobStore(_clients!);

    internal IStorageSetup Setup => new AzureStorageSetup(_clients!);

    public async ValueTask InitializeAsync()
    {
        var healthy = await azurite.OpenAsync();
        await healthy.Tables.CreateTableAsync(Table, Token);
        await healthy.Queues.CreateQueueAsync(Queue, cancellationToken: Token);
        await healthy.Blobs.CreateBlobContainerAsync(Container, cancellationToken: Token);
        _clients = new StorageClients(await azurite.ConnectAsync(), new StorageTransport
        {
            Handler = Transport,
            FirstDelay = TimeSpan.FromMilliseconds(1),
            LongestDelay = TimeSpan.FromMilliseconds(2),
            TryTimeout = tryTimeout ?? TimeSpan.FromSeconds(30),
        }, Meter);
    }

    private protected StorageMeter Meter { get; } = new();

    public ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        _clients?.Dispose();
        return ValueTask.CompletedTask;
    }

    internal static TableRow Row(string rowKey, int number) => new("p", rowKey, new Dictionary<string, object> { ["Number"] = number });

    internal async Task<int?> NumberAsync(string rowKey) => (await Tables.FindAsync(Table, "p", rowKey, Token))?.GetInt32("Number");
}
