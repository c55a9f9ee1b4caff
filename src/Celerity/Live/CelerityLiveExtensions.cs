using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Celerity.Live;

/// <summary>Registers what shows an app as it is now.</summary>
internal static class CelerityLiveExtensions
{
    public static IServiceCollection AddCelerityLive(this IServiceCollection services)
    {
        services.TryAddSingleton<QueueViews>();
        services.TryAddSingleton<LimitViews>();
        services.TryAddSingleton<LiveLoads>();
        services.TryAddSingleton<LiveRuns>();
        services.TryAddSingleton<LiveViews>();
        services.TryAddSingleton<LiveStreams>();
        services.TryAddSingleton<TaskChanges>();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<ITaskObserver, TaskChanges>(provider => provider.GetRequiredService<TaskChanges>()));
        return services;
    }
}
