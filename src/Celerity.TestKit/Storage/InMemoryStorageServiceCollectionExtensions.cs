using Celerity.Storage;
using Celerity.Tasks.Sending;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Celerity.TestKit.Storage;

/// <summary>Registers storage in memory.</summary>
public static class InMemoryStorageServiceCollectionExtensions
{
    /// <summary>Puts Celerity's storage in memory, instead of any that is registered before. Delays go by the registered <see cref="TimeProvider"/>.</summary>
    /// <param name="services">The services to add to.</param>
    /// <returns><paramref name="services"/>, for chaining.</returns>
    public static IServiceCollection AddInMemoryCelerityStorage(this IServiceCollection services)
    {
        ArgumentNullException.ThrowIfNull(services);

        services.TryAddSingleton(provider => new InMemoryStorage(provider.GetService<TimeProvider>()));
        services.TryAddSingleton(provider => provider.GetRequiredService<InMemoryStorage>().Tables);
        services.TryAddSingleton(provider => provider.GetRequiredService<InMemoryStorage>().Queues);
        services.TryAddSingleton(provider => provider.GetRequiredService<InMemoryStorage>().Blobs);
        services.Replace(ServiceDescriptor.Singleton<ITableStore>(provider => provider.GetRequiredService<InMemoryStorage>().Tables));
        services.Replace(ServiceDescriptor.Singleton<IQueueStore>(Queues));
        services.Replace(ServiceDescriptor.Singleton<IQueueProbe>(Queues));
        services.Replace(ServiceDescriptor.Singleton<IBlobStore>(provider => provider.GetRequiredService<InMemoryStorage>().Blobs));
        services.Replace(ServiceDescriptor.Singleton<IStorageSetup>(provider => provider.GetRequiredService<InMemoryStorage>().Setup));
        return services;
    }

    // The app's own queues are there from the start too, like those of Celerity.
    private static InMemoryQueueStore Queues(IServiceProvider provider)
    {
        var queues = provider.GetRequiredService<InMemoryStorage>().Queues;
        foreach (var queue in (provider.GetService<TaskQueues>()?.Names ?? []).SelectMany(StorageNames.WithSiblings))
        {
            queues.Create(queue);
        }

        return queues;
    }
}
