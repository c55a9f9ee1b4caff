using Celerity.AzureStorage.Metrics;
using Celerity.Retry;
using Celerity.Storage;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Celerity.AzureStorage;

/// <summary>Registers Celerity's storage on an Azure Storage account.</summary>
public static class CelerityAzureStorageServiceCollectionExtensions
{
    /// <summary>Keeps Celerity's queues, tables and blobs in the account of a named connection. Calling it again changes nothing.</summary>
    /// <remarks>
    /// The connection is written as the Functions host reads it: a connection string under its name, or <c>__accountName</c> (or
    /// <c>__queueServiceUri</c>, <c>__tableServiceUri</c> and <c>__blobServiceUri</c>) with an identity, chosen by <c>__credential</c>
    /// (<c>managedidentity</c> or nothing) and <c>__clientId</c>. It is read when the storage is first used.
    /// A <see cref="Azure.Storage.Blobs.BlobServiceClient"/> of the same account is registered for the app's own blobs, unless it has one.
    /// </remarks>
    /// <param name="services">The services to add to.</param>
    /// <param name="configuration">Where the connection is written.</param>
    /// <param name="connectionName">The connection's name; the host's own account unless told otherwise.</param>
    /// <returns><paramref name="services"/>, for chaining.</returns>
    public static IServiceCollection AddCelerityAzureStorage(
        this IServiceCollection services, IConfiguration configuration, string connectionName = StorageConnection.DefaultName)
    {
        ArgumentNullException.ThrowIfNull(services);
        ArgumentNullException.ThrowIfNull(configuration);
        ArgumentException.ThrowIfNullOrEmpty(connectionName);

        services.TryAddSingleton(new StorageTransport());
        services.TryAddSingleton<StorageMeter>();
        services.TryAddSingleton(provider => new StorageClients(
            StorageConnection.Read(configuration, connectionName), provider.GetRequiredService<StorageTransport>(), provider.GetRequiredService<StorageMeter>()));

        // For the app's own blobs, over the same connection.
        services.TryAddSingleton(provider => provider.GetRequiredService<StorageClients>().Blobs);
        services.TryAddSingleton<ITableStore, AzureTableStore>();
        services.TryAddSingleton<IQueueStore, AzureQueueStore>();
        services.TryAddSingleton<IQueueProbe, AzureQueueProbe>();
        services.TryAddSingleton<IBlobStore, AzureBlobStore>();
        services.TryAddSingleton<IStorageSetup, AzureStorageSetup>();
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IFailureRule, AzureFailureRule>());
        return services;
    }
}
