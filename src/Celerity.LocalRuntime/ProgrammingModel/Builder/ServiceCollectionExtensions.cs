using Celerity.LocalRuntime.Hosting;
using Microsoft.Azure.Functions.Worker;

namespace Microsoft.Extensions.DependencyInjection;

public static class ServiceCollectionExtensions
{
    public static IFunctionsWorkerApplicationBuilder AddFunctionsWorkerDefaults(
        this IServiceCollection services, Action<WorkerOptions>? configure = null) =>
        AddFunctionsWorkerCore(services, configure);

    public static IFunctionsWorkerApplicationBuilder AddFunctionsWorkerCore(
        this IServiceCollection services, Action<WorkerOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(services);
        var builder = services.AddLocalRuntime();
        if (configure is not null)
        {
            services.Configure(configure);
        }

        return builder;
    }
}
