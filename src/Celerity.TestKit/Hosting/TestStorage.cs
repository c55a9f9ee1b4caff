using Azure.Core.Pipeline;
using Azure.Data.Tables;
using Azure.Storage.Blobs;
using Azure.Storage.Queues;
using Celerity.LocalRuntime.Settings;
using Celerity.TestKit.Hosting.Running;
using Celerity.TestKit.Hosting.Storage;
using Microsoft.Extensions.DependencyInjection;

namespace Celerity.TestKit.Hosting;

/// <summary>The app's storage account as a test reaches it. Its clients are the test's own: no fault strikes them.</summary>
public sealed class TestStorage
{
    private readonly HostDriver _driver;
    private readonly StorageClients _clients;

    internal TestStorage(HostDriver driver)
    {
        _driver = driver;
        _clients = new StorageClients(driver.World, process: null);
    }

    /// <summary>Gets the name of the account behind <c>AzureWebJobsStorage</c>. Storage in memory has every account that is asked for.</summary>
    public string AccountName => _driver.CurrentAsync().GetAwaiter().GetResult().Host!.Services.GetRequiredService<StorageConnections>().Queues(null).AccountName;

    /// <summary>Gets what carries requests to queues in memory, for the <c>Transport</c> of clients that a test makes itself.</summary>
    public HttpPipelineTransport QueueTransport => _clients.Queues;

    /// <summary>Gets what carries requests to blobs in memory.</summary>
    public HttpPipelineTransport BlobTransport => _clients.Blobs;

    /// <summary>Gets what carries requests to tables in memory.</summary>
    public HttpPipelineTransport TableTransport => _clients.Tables;

    private string? ConnectionString => _driver.World.Options.ConnectionString;

    /// <summary>Creates a client of the queues.</summary>
    /// <param name="encoding">How it writes and reads messages; as they are by default.</param>
    /// <returns>The client.</returns>
    public QueueServiceClient CreateQueueServiceClient(QueueMessageEncoding encoding = QueueMessageEncoding.None) => ConnectionString is { } connection
        ? new QueueServiceClient(connection, new QueueClientOptions { MessageEncoding = encoding })
        : _clients.QueueService(StorageClients.Address(AccountName, "queue"), encoding);

    /// <summary>Creates a client of the blobs.</summary>
    /// <returns>The client.</returns>
    public BlobServiceClient CreateBlobServiceClient() => ConnectionString is { } connection
        ? new BlobServiceClient(connection)
        : _clients.BlobService(StorageClients.Address(AccountName, "blob"));

    /// <summary>Creates a client of the tables.</summary>
    /// <returns>The client.</returns>
    public TableServiceClient CreateTableServiceClient() => ConnectionString is { } connection
        ? new TableServiceClient(connection)
        : _clients.TableService(StorageClients.Address(AccountName, "table"));
}
