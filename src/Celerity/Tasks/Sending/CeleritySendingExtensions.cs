using Celerity.Maintenance;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Celerity.Tasks.Sending;

/// <summary>Registers what sends tasks.</summary>
internal static class CeleritySendingExtensions
{
    public static IServiceCollection AddCeleritySending(this IServiceCollection services)
    {
        _ = services.GetOrAddInstance<TaskQueues>();
        services.AddOptions<SendingOptions>();
        services.AddOptions<SigningOptions>();
        services.TryAddSingleton<MessageSigner>();
        services.TryAddSingleton<MessageReader>();
        services.TryAddSingleton<TaskEncoder>();
        services.TryAddSingleton<SendNotes>();
        services.TryAddSingleton<DebounceRows>();
        services.TryAddSingleton<ReservedSends>();
        services.TryAddSingleton<UniqueSends>();
        services.TryAddSingleton<OrderedSends>();
        services.TryAddSingleton<Debounce>();
        services.TryAddSingleton<BackgroundTasks>();
        services.TryAddSingleton<IBackgroundTasks>(provider => provider.GetRequiredService<BackgroundTasks>());
        services.TryAddSingleton<MaintenanceRound>();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<ITaskGate, Debounce>(provider => provider.GetRequiredService<Debounce>()));
        services.TryAddEnumerable(ServiceDescriptor.Singleton<ITaskEffect, Debounce>(provider => provider.GetRequiredService<Debounce>()));
        services.TryAddEnumerable(ServiceDescriptor.Singleton<ITaskEffect, UniqueSends>(provider => provider.GetRequiredService<UniqueSends>()));
        services.TryAddEnumerable(ServiceDescriptor.Singleton<ITaskEffect, OrderedSends>(provider => provider.GetRequiredService<OrderedSends>()));
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IMaintenanceStep, SendSweep>());
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IMaintenanceStep, ScheduledSends>());
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IMaintenanceStep, OutboxRelay>());
        return services;
    }
}
