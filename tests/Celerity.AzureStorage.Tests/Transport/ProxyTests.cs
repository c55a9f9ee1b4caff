using System.Net;
using Celerity.AzureStorage.Metrics;
using Celerity.Storage;
using Xunit;

namespace Celerity.AzureStorage.Tests.Transport;

// Alone: the default proxy belongs to the whole process.
[CollectionDefinition(nameof(ProxyTests), DisableParallelization = true)]
[Collection(nameof(ProxyTests))]
public sealed class ProxyTests(AzuriteFixture azurite)
{
    [Fact]
    public async Task Emulator_OnAMachineWithAProxy_IsReachedPastIt()
    {
        var connection = await azurite.ConnectAsync();
        var previous = HttpClient.DefaultProxy;
        HttpClient.DefaultProxy = new WebProxy("http://127.0.0.1:9");
        try
        {
            using var clients = new StorageClients(connection, new StorageTransport { RetryCount = 0 }, new StorageMeter());

            Assert.Null(await ((IBlobStore)new AzureBlobStore(clients)).FindAsync("nowhere", "none", TestContext.Current.CancellationToken));
        }
        finally
        {
            HttpClient.DefaultProxy = previous;
        }
    }
}
