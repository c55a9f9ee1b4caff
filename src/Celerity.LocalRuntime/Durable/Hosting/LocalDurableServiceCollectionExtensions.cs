using Celerity.LocalRuntime.Durable.Client;
using Celerity.LocalRuntime.Durable.Entities;
using Celerity.LocalRuntime.Durable.PlainHosting;
using Celerity.LocalRuntime.Hosting;
using Celerity.LocalRuntime.Http;
using Celerity.LocalRuntime.Invocation;
using Celerity.LocalRuntime.Orchestration.Dispatch;
using Celerity.LocalRuntime.Orchestration.Store;
using Celerity.LocalRuntime.Settings;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;
using Microsoft.DurableTask.Converters;
using Microsoft.DurableTask.Worker;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace Celerity.LocalRuntime.Durable.Hosting;

/// <summary>Adds Durable Functions to the local host.</summary>
internal static class LocalDurableServiceCollectionExtensions
{
    public static IServiceCollection AddLocalDurable(this IServiceCollection services)
    {
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton(provider => DurableSettings.Read(
            provider.GetRequiredService<HostConfiguration>(),
            provider.GetRequiredService<SettingTokens>(),
            provider.GetRequiredService<IConfiguration>()));
        services.TryAddSingleton(CreateHub);
        services.TryAddSingleton(provider => new LocalDurableTaskClient(
            provider.GetRequiredService<OrchestrationHub>(),
            provider.GetRequiredService<DurableSettings>().Client,
            () => provider.GetRequiredService<HttpServer>().Address)
        {
            SystemKey = provider.GetRequiredService<FunctionKeys>().FindSystemKey(ManagementUrls.KeyName),
        });
        services.TryAddSingleton<IDurableTaskClientProvider, DurableTaskClientProvider>();
        services.TryAddSingleton<DurableHttpActivity>();
        services.TryAddSingleton(provider => new DurableFunctions(
            provider.GetRequiredService<IFunctionInvoker>(),
            provider.GetRequiredService<OrchestrationHub>().Converter,
            provider.GetRequiredService<DurableSettings>(),
            provider.GetRequiredService<DurableHttpActivity>(),
            provider.GetRequiredService<IOptions<DurableTaskWorkerOptions>>().Value,
            provider.GetService<IExceptionPropertiesProvider>()));
        services.TryAddSingleton<DurableListener>();
        services.TryAddSingleton(provider => new LocalOrchestrations(
            provider.GetRequiredService<LocalDurableTaskClient>(), provider.GetRequiredService<DurableListener>()));
        services.TryAddEnumerable(ServiceDescriptor.Singleton<ITriggerListener, DurableListener>(
            provider => provider.GetRequiredService<DurableListener>()));
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IInputBinding, DurableClientBinding>());
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IInputBinding, EntityDispatcherBinding>());
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IEndpointSource, ManagementEndpoints>());
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IEndpointSource, EntityEndpoints>());
        return services;
    }

    private static OrchestrationHub CreateHub(IServiceProvider provider)
    {
        var settings = provider.GetRequiredService<DurableSettings>();
        var store = provider.GetService<IOrchestrationStore>() ?? (settings.InMemory
            ? SqliteOrchestrationStore.InMemory()
            : SqliteOrchestrationStore.OpenFile(provider.GetRequiredService<StateFolder>().PathOf($"{settings.HubName}.db")));
        return new OrchestrationHub(settings.HubName, store, ConverterOf(provider), provider.GetRequiredService<TimeProvider>());
    }

    private static DataConverter ConverterOf(IServiceProvider provider) =>
        provider.GetService<IOptions<WorkerOptions>>()?.Value.Serializer is { } serializer
            ? new WorkerDataConverter(serializer)
            : JsonDataConverter.Default;
}
