using Microsoft.DurableTask.Client;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Celerity.LocalRuntime.Durable.PlainHosting;

/// <summary>What workers and clients share that are not part of a function app.</summary>
internal static class PlainDurableTaskServices
{
    public static void AddPlainDurableTask(this IServiceCollection services)
    {
        services.AddOptions();
        services.AddLogging();
        services.TryAddSingleton<TaskHubs>();
        services.TryAddSingleton<IDurableTaskClientProvider, DurableTaskClientProvider>();
    }
}
