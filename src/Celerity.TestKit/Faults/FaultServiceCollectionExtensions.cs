using Celerity.Storage;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Celerity.TestKit.Faults;

/// <summary>Puts faults between Celerity and its storage.</summary>
public static class FaultServiceCollectionExtensions
{
    /// <summary>Sends every call to the storage that is registered so far through <paramref name="plan"/>.</summary>
    /// <param name="services">The services, with storage added.</param>
    /// <param name="plan">What to count and break.</param>
    /// <returns><paramref name="services"/>, for chaining.</returns>
    public static IServiceCollection AddCelerityFaults(this IServiceCollection services, FaultPlan plan)
    {
        ArgumentNullException.ThrowIfNull(services);
        ArgumentNullException.ThrowIfNull(plan);

        Wrap<ITableStore>(services, inner => new FaultyTableStore(inner, plan));
        Wrap<IQueueStore>(services, inner => new FaultyQueueStore(inner, plan));
        Wrap<IBlobStore>(services, inner => new FaultyBlobStore(inner, plan));
        return services;
    }

    private static void Wrap<TSeam>(IServiceCollection services, Func<TSeam, TSeam> wrap)
        where TSeam : class
    {
        var inner = services.LastOrDefault(service => service.ServiceType == typeof(TSeam) && !service.IsKeyedService)
            ?? throw new InvalidOperationException($"No {typeof(TSeam).Name} is registered. Add the storage before the faults.");
        services.Replace(ServiceDescriptor.Singleton(provider => wrap((TSeam)(inner.ImplementationInstance
            ?? inner.ImplementationFactory?.Invoke(provider)
            ?? ActivatorUtilities.CreateInstance(provider, inner.ImplementationType!)))));
    }
}
