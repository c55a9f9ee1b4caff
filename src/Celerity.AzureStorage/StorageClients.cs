using Azure.Core;
using Azure.Core.Pipeline;
using Azure.Data.Tables;
using Azure.Storage.Blobs;
using Azure.Storage.Queues;

namespace Celerity.AzureStorage;

/// <summary>The clients of one storage account, over one pool of connections.</summary>
internal sealed class StorageClients : IDisposable
{
    private static readonly TimeSpan TryTimeout = TimeSpan.FromSeconds(30);

    private readonly HttpPipelineTransport _transport;

    /// <param name="connection">Which account.</param>
    /// <param name="transport">What carries the requests, or <see langword="null"/> for a pool of our own.</param>
    public StorageClients(StorageConnection connection, HttpPipelineTransport? transport = null)
    {
        _transport = transport ?? new HttpClientTransport(new HttpClient(NewHandler()) { Timeout = Timeout.InfiniteTimeSpan });
        var queueOptions = Configure(new QueueClientOptions { MessageEncoding = QueueMessageEncoding.None });
        var tableOptions = Configure(new TableClientOptions());
        var blobOptions = Configure(new BlobClientOptions());
        if (connection.ConnectionString is { } connectionString)
        {
            Queues = new QueueServiceClient(connectionString, queueOptions);
            Tables = new TableServiceClient(connectionString, tableOptions);
            Blobs = new BlobServiceClient(connectionString, blobOptions);
        }
        else
        {
            Queues = new QueueServiceClient(connection.QueueEndpoint, connection.Credential, queueOptions);
            Tables = new TableServiceClient(connection.TableEndpoint, connection.Credential, tableOptions);
            Blobs = new BlobServiceClient(connection.BlobEndpoint, connection.Credential, blobOptions);
        }
    }

    public QueueServiceClient Queues { get; }

    public TableServiceClient Tables { get; }

    public BlobServiceClient Blobs { get; }

    public void Dispose() => (_transport as IDisposable)?.Dispose();

    private static SocketsHttpHandler NewHandler() => new()
    {
        AllowAutoRedirect = false,
        ConnectTimeout = TimeSpan.FromSeconds(10),
        // The account moves between addresses; a connection that lives for ever never learns of it.
        PooledConnectionLifetime = TimeSpan.FromMinutes(5),
        UseCookies = false,
    };

    private TOptions Configure<TOptions>(TOptions options)
        where TOptions : ClientOptions
    {
        options.Transport = _transport;
        options.Diagnostics.IsLoggingEnabled = false;
        options.Retry.Mode = RetryMode.Exponential;
        options.Retry.MaxRetries = 4;
        options.Retry.Delay = TimeSpan.FromMilliseconds(400);
        options.Retry.MaxDelay = TimeSpan.FromSeconds(10);
        options.Retry.NetworkTimeout = TryTimeout;
        return options;
    }
}
