using Azure.Storage.Queues;
using Celerity.LocalRuntime.Hosting;
using Celerity.LocalRuntime.Invocation;
using Celerity.LocalRuntime.Queues.Waking;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Celerity.LocalRuntime.Queues;

/// <summary>Registers queue triggers and queue outputs.</summary>
internal static class QueueServiceCollectionExtensions
{
    private const string StateFolderKey = "LocalRuntime:StateFolder";

    public static IServiceCollection AddLocalQueues(this IServiceCollection services)
    {
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton(provider => QueueSettings.Read(
            provider.GetRequiredService<IConfiguration>(),
            provider.GetRequiredService<IHostEnvironment>().IsDevelopment(),
            Environment.ProcessorCount));
        services.TryAddSingleton(provider => QueueRuntimeSettings.Read(provider.GetRequiredService<IConfiguration>()));
        services.TryAddSingleton<IQueueSource>(provider =>
        {
            var configuration = provider.GetRequiredService<IConfiguration>();
            return new AzureQueueSource((connection, options) => Connect(configuration, connection, options));
        });
        services.TryAddSingleton(provider => new QueueBindings(provider.GetRequiredService<IQueueSource>(), name => name));
        services.TryAddSingleton(provider => new WakeBoard(
            provider.GetRequiredService<IConfiguration>()[StateFolderKey] is { Length: > 0 } folder ? new WakeFolder(folder) : null,
            provider.GetRequiredService<TimeProvider>(),
            provider.GetRequiredService<ILogger<WakeBoard>>()));
        services.TryAddEnumerable(ServiceDescriptor.Singleton<ITriggerListener, QueueListener>());
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IOutputBinding, QueueOutputBinding>());
        return services;
    }

    private static QueueServiceClient Connect(IConfiguration configuration, string? connection, QueueClientOptions options)
    {
        var name = string.IsNullOrEmpty(connection) ? "Storage" : connection;
        var text = configuration["AzureWebJobs" + name] ?? configuration[name]
            ?? throw new InvalidOperationException($"The setting '{name}' holds no connection.");
        return new QueueServiceClient(text, options);
    }
}
