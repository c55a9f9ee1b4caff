using Celerity.Maintenance;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Celerity.History;

/// <summary>Registers the history.</summary>
internal static class CelerityHistoryExtensions
{
    /// <summary>Adds what reads the history and clears it away.</summary>
    public static IServiceCollection AddCelerityHistory(this IServiceCollection services)
    {
        services.AddOptions<HistoryOptions>();
        services.TryAddSingleton<HistoryStore>();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IMaintenanceStep, HistoryRollup>());
        return services;
    }

    /// <summary>Adds what counts and writes it.</summary>
    public static IServiceCollection AddCelerityHistoryCounting(this IServiceCollection services)
    {
        services.TryAddSingleton<HistoryCounter>();
        services.TryAddSingleton<HistoryWriter>();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<ITaskObserver, HistoryCounter>(provider => provider.GetRequiredService<HistoryCounter>()));
        return services;
    }
}
