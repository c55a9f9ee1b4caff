using Azure.Core;
using Azure.Core.Pipeline;
using Azure.Data.Tables;
using Azure.Storage.Blobs;
using Azure.Storage.Queues;
using Celerity.AzureStorage.Metrics;

namespace Celerity.AzureStorage;

/// <summary>The clients of one storage account, over one pool of connections.</summary>
internal sealed class StorageClients : IDisposable
{
    private readonly HttpClient _http;
    private readonly StorageTransport _transport;
    private readonly StorageMeter _meter;

    /// <param name="connection">Which account.</param>
    /// <param name="transport">How to reach it.</param>
    /// <param name="meter">What counts the requests.</param>
    public StorageClients(StorageConnection connection, StorageTransport transport, StorageMeter meter)
    {
        _transport = transport;
        _meter = meter;
        // The client libraries time each try themselves.
        var handler = transport.Handler ?? NewHandler();
        _http = new HttpClient(handler) { Timeout = Timeout.InfiniteTimeSpan };
        var queueOptions = Configure(new QueueClientOptions { MessageEncoding = QueueMessageEncoding.None }, "queue");
        var tableOptions = Configure(new TableClientOptions(), "table");
        var blobOptions = Configure(new BlobClientOptions(), "blob");
        if (connection.ConnectionString is { } connectionString)
        {
            try
            {
                Queues = new QueueServiceClient(connectionString, queueOptions);
                Tables = new TableServiceClient(connectionString, tableOptions);
                Blobs = new BlobServiceClient(connectionString, blobOptions);
            }
            catch (Exception exception) when (exception is FormatException or InvalidOperationException or ArgumentException)
            {
                // Without the cause: it may quote what it could not read, and that is a secret.
                throw StorageConnection.Wrong(
                    $"{connection.Name} is no connection string of a storage account. Copy it from the account's access keys, " +
                    "or write 'UseDevelopmentStorage=true' for the emulator.");
            }
        }
        else
        {
            Queues = new QueueServiceClient(connection.QueueEndpoint, connection.Credential, queueOptions);
            Tables = new TableServiceClient(connection.TableEndpoint, connection.Credential, tableOptions);
            Blobs = new BlobServiceClient(connection.BlobEndpoint, connection.Credential, blobOptions);
        }

        // A company's proxy cannot reach the emulator on this machine, and .NET would ask it to.
        if (handler is SocketsHttpHandler pool && Blobs.Uri.IsLoopback)
        {
            pool.UseProxy = false;
        }
    }

    public QueueServiceClient Queues { get; }

    public TableServiceClient Tables { get; }

    public BlobServiceClient Blobs { get; }

    public void Dispose() => _http.Dispose();

    private static SocketsHttpHandler NewHandler() => new()
    {
        AllowAutoRedirect = false,
        ConnectTimeout = TimeSpan.FromSeconds(10),
        // The account moves between addresses; a connection that lives for ever never learns of it.
        PooledConnectionLifetime = TimeSpan.FromMinutes(5),
        UseCookies = false,
    };

    private TOptions Configure<TOptions>(TOptions options, string service)
        where TOptions : ClientOptions
    {
        options.Transport = new HttpClientTransport(_http);
        options.Diagnostics.IsLoggingEnabled = false;
        options.Retry.Mode = RetryMode.Exponential;
        options.Retry.MaxRetries = _transport.RetryCount;
        options.Retry.Delay = _transport.FirstDelay;
        options.Retry.MaxDelay = _transport.LongestDelay;
        options.Retry.NetworkTimeout = _transport.TryTimeout;
        options.AddPolicy(new RequestMetrics(service, _meter), HttpPipelinePosition.PerRetry);
        return options;
    }
}
