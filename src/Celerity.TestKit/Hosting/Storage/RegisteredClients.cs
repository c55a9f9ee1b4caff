using System.Reflection;
using Azure.Data.Tables;
using Azure.Storage.Blobs;
using Azure.Storage.Queues;
using Microsoft.Extensions.DependencyInjection;

namespace Celerity.TestKit.Hosting.Storage;

/// <summary>Puts clients of the storage in memory in place of those that an app registers for itself: same account, same queue or container or table.</summary>
internal static class RegisteredClients
{
    public static void Replace(IServiceCollection services, StorageClients clients)
    {
        Replace<QueueServiceClient>(services, client => clients.QueueService(client.Uri, EncodingOf(client)));
        Replace<QueueClient>(services, client => clients.QueueService(Service(client.Uri, "queue"), EncodingOf(client)).GetQueueClient(client.Name));
        Replace<BlobServiceClient>(services, client => clients.BlobService(client.Uri));
        Replace<BlobContainerClient>(services, client => clients.BlobService(Service(client.Uri, "blob")).GetBlobContainerClient(client.Name));
        Replace<TableServiceClient>(services, client => clients.TableService(client.Uri));
        Replace<TableClient>(services, client => clients.TableService(Service(client.Uri, "table")).GetTableClient(client.Name));
    }

    private static void Replace<T>(IServiceCollection services, Func<T, T> replace)
        where T : class
    {
        for (var index = 0; index < services.Count; index++)
        {
            var descriptor = services[index];
            if (descriptor.ServiceType == typeof(T))
            {
                services[index] = descriptor.IsKeyedService
                    ? new ServiceDescriptor(typeof(T), descriptor.ServiceKey, (provider, key) => replace((T)KeyedOriginal(descriptor, provider, key)), descriptor.Lifetime)
                    : new ServiceDescriptor(typeof(T), provider => replace((T)Original(descriptor, provider)), descriptor.Lifetime);
            }
        }
    }

    private static object Original(ServiceDescriptor descriptor, IServiceProvider provider) =>
        descriptor.ImplementationInstance
        ?? descriptor.ImplementationFactory?.Invoke(provider)
        ?? ActivatorUtilities.CreateInstance(provider, descriptor.ImplementationType!);

    private static object KeyedOriginal(ServiceDescriptor descriptor, IServiceProvider provider, object? key) =>
        descriptor.KeyedImplementationInstance
        ?? descriptor.KeyedImplementationFactory?.Invoke(provider, key)
        ?? ActivatorUtilities.CreateInstance(provider, descriptor.KeyedImplementationType!);

    private static Uri Service(Uri uri, string service) => StorageClients.Address(StorageRequest.Split(uri).Account, service);

    // The client does not tell how it encodes; what it was made with would be lost otherwise.
    private static QueueMessageEncoding EncodingOf(object client)
    {
        const BindingFlags Anywhere = BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic;
        var configuration = client.GetType().GetProperty("ClientConfiguration", Anywhere)?.GetValue(client);
        return configuration?.GetType().GetProperty("MessageEncoding", Anywhere)?.GetValue(configuration) is QueueMessageEncoding encoding
            ? encoding
            : QueueMessageEncoding.None;
    }
}
