using Celerity.Tasks;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Celerity.Celery;

/// <summary>Registers what Celery's clients and workers need of this app.</summary>
internal static class CelerityCeleryExtensions
{
    public static IServiceCollection AddCelerityCelery(this IServiceCollection services)
    {
        services.AddOptions<CeleryOptions>();
        services.TryAddSingleton<CeleryQueues>();
        services.TryAddSingleton<CelerySends>();
        services.TryAddSingleton<CeleryResults>();
        services.TryAddSingleton<ICeleryTasks, CeleryTasks>();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<ITaskGate, CeleryGate>());
        services.TryAddEnumerable(ServiceDescriptor.Singleton<ITaskEffect, CeleryEffect>());
        services.AddCelerityHandler(typeof(ChordUnlockHandler));
        return services;
    }
}
