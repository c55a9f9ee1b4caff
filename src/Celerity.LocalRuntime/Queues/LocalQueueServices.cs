using Celerity.LocalRuntime.Hosting;
using Celerity.LocalRuntime.Invocation;
using Celerity.LocalRuntime.Queues.Concurrency;
using Celerity.LocalRuntime.Queues.Waking;
using Celerity.LocalRuntime.Settings;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Celerity.LocalRuntime.Queues;

/// <summary>Registers queue triggers and queue outputs.</summary>
internal static class LocalQueueServices
{
    public static IServiceCollection AddLocalQueues(this IServiceCollection services)
    {
        services.TryAddSingleton(provider => QueueSettings.Read(
            provider.GetRequiredService<HostConfiguration>(),
            provider.GetRequiredService<IHostEnvironment>().IsDevelopment(),
            Environment.ProcessorCount));
        services.TryAddSingleton(provider => QueueRuntimeSettings.Read(
            provider.GetRequiredService<IConfiguration>().GetSection(LocalRuntimeOptions.SectionName)));
        services.TryAddSingleton(provider => ConcurrencySettings.Read(provider.GetRequiredService<HostConfiguration>()));
        services.TryAddSingleton(provider => new ConcurrencySnapshot(
            provider.GetRequiredService<StateFolder>().PathOf(ConcurrencySnapshot.FileName)));
        services.TryAddSingleton<IQueueSource, AzureQueueSource>();
        services.TryAddSingleton<QueueBindings>();
        services.TryAddSingleton(provider => new WakeBoard(
            new WakeFolder(provider.GetRequiredService<StateFolder>().Root),
            provider.GetRequiredService<TimeProvider>(),
            provider.GetRequiredService<ILogger<WakeBoard>>()));
        services.TryAddEnumerable(ServiceDescriptor.Singleton<ITriggerListener, QueueListener>());
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IOutputBinding, QueueOutputBinding>());
        return services;
    }
}
