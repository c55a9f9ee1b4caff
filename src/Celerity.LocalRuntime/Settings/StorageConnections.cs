using System.Collections.Concurrent;
using Azure.Core;
using Azure.Identity;
using Azure.Storage.Blobs;
using Azure.Storage.Queues;
using Celerity.LocalRuntime.Hosting;
using Microsoft.Extensions.Configuration;

namespace Celerity.LocalRuntime.Settings;

/// <summary>Makes storage clients from the name that a binding gives as its <c>Connection</c>.</summary>
internal sealed class StorageConnections(IConfiguration configuration, StorageTransport? transport = null)
{
    public const string Default = "AzureWebJobsStorage";

    private readonly ConcurrentDictionary<string, QueueServiceClient> _queues = new(StringComparer.OrdinalIgnoreCase);
    private readonly ConcurrentDictionary<string, BlobServiceClient> _blobs = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>Gets the queue service of a connection; no name means <see cref="Default"/>. Message bodies are sent as they are.</summary>
    public QueueServiceClient Queues(string? connection) =>
        _queues.GetOrAdd(NameOf(connection), name =>
        {
            var options = new QueueClientOptions { MessageEncoding = QueueMessageEncoding.None };
            if (transport is not null)
            {
                options.Transport = transport.Queues;
                options.Retry.MaxRetries = 0;
            }

            var section = Find(name);
            return section.Value is { Length: > 0 } connectionString
                ? Parsed(name, () => new QueueServiceClient(connectionString, options))
                : transport is null
                    ? new QueueServiceClient(ServiceUri(name, section, "queue"), Credential(section), options)
                    : new QueueServiceClient(ServiceUri(name, section, "queue"), options);
        });

    /// <summary>Gets the blob service of a connection; no name means <see cref="Default"/>.</summary>
    public BlobServiceClient Blobs(string? connection) =>
        _blobs.GetOrAdd(NameOf(connection), name =>
        {
            var options = new BlobClientOptions();
            if (transport is not null)
            {
                options.Transport = transport.Blobs;
                options.Retry.MaxRetries = 0;
            }

            var section = Find(name);
            return section.Value is { Length: > 0 } connectionString
                ? Parsed(name, () => new BlobServiceClient(connectionString, options))
                : transport is null
                    ? new BlobServiceClient(ServiceUri(name, section, "blob"), Credential(section), options)
                    : new BlobServiceClient(ServiceUri(name, section, "blob"), options);
        });

    private static string NameOf(string? connection) => string.IsNullOrWhiteSpace(connection) ? Default : connection;

    private IConfigurationSection Find(string name) =>
        new[] { $"AzureWebJobs{name}", name, $"ConnectionStrings:AzureWebJobs{name}", $"ConnectionStrings:{name}" }
            .Select(configuration.GetSection)
            .FirstOrDefault(section => section.Exists())
        ?? throw new LocalStartException($"The storage connection \"{name}\" is not set. Set the app setting {name}, or {name}__queueServiceUri and {name}__blobServiceUri.");

    private static T Parsed<T>(string name, Func<T> create)
    {
        try
        {
            return create();
        }
        catch (FormatException exception)
        {
            throw new LocalStartException($"The storage connection \"{name}\" is not a valid connection string: {exception.Message}", exception);
        }
    }

    private static Uri ServiceUri(string name, IConfigurationSection section, string service)
    {
        if ((section[$"{service}ServiceUri"] ?? section["serviceUri"]) is { } uri)
        {
            return Uri.TryCreate(uri, UriKind.Absolute, out var parsed)
                ? parsed
                : throw new LocalStartException($"The storage connection \"{name}\" has \"{uri}\" as its {service} service address, which is no absolute URI.");
        }

        return section["accountName"] is { } account
            ? new Uri($"https://{account}.{service}.core.windows.net")
            : throw new LocalStartException($"The storage connection \"{name}\" has no {service} service. Set {name}__{service}ServiceUri or {name}__accountName.");
    }

    private static TokenCredential Credential(IConfigurationSection section)
    {
        var clientId = section["clientId"];
        if (string.Equals(section["credential"], "managedidentity", StringComparison.OrdinalIgnoreCase))
        {
            return new ManagedIdentityCredential(
                section["managedIdentityResourceId"] is { } resourceId ? ManagedIdentityId.FromUserAssignedResourceId(new ResourceIdentifier(resourceId))
                : clientId is not null ? ManagedIdentityId.FromUserAssignedClientId(clientId)
                : ManagedIdentityId.SystemAssigned);
        }

        return section["tenantId"] is { } tenant && clientId is not null && section["clientSecret"] is { } secret
            ? new ClientSecretCredential(tenant, clientId, secret)
            : new DefaultAzureCredential();
    }
}
