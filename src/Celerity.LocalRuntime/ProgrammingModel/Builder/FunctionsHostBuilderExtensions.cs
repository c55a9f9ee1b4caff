using Celerity.LocalRuntime.Http;
using Microsoft.Azure.Functions.Worker;

namespace Microsoft.Extensions.Hosting;

public static class FunctionsHostBuilderExtensions
{
    public static IHostBuilder ConfigureFunctionsWebApplication(this IHostBuilder builder) =>
        ConfigureFunctionsWebApplication(builder, static (_, _) => { });

    public static IHostBuilder ConfigureFunctionsWebApplication(this IHostBuilder builder, Action<IFunctionsWorkerApplicationBuilder> configureWorker) =>
        ConfigureFunctionsWebApplication(builder, (_, worker) => configureWorker(worker));

    public static IHostBuilder ConfigureFunctionsWebApplication(
        this IHostBuilder builder, Action<HostBuilderContext, IFunctionsWorkerApplicationBuilder> configureWorker) =>
        builder.ConfigureFunctionsWorkerDefaults((context, worker) =>
        {
            AspNetCoreIntegration.Add(worker);
            configureWorker(context, worker);
        });
}
