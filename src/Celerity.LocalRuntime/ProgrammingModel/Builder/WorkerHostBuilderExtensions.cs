using Celerity.LocalRuntime.Hosting;
using Celerity.LocalRuntime.Settings;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace Microsoft.Extensions.Hosting;

public static class WorkerHostBuilderExtensions
{
    public static IHostBuilder ConfigureFunctionsWorkerDefaults(this IHostBuilder builder) =>
        ConfigureFunctionsWorkerDefaults(builder, static (_, _) => { }, null);

    public static IHostBuilder ConfigureFunctionsWorkerDefaults(this IHostBuilder builder, Action<IFunctionsWorkerApplicationBuilder> configure) =>
        ConfigureFunctionsWorkerDefaults(builder, (_, worker) => configure(worker), null);

    public static IHostBuilder ConfigureFunctionsWorkerDefaults(this IHostBuilder builder, Action<WorkerOptions> configureOptions) =>
        ConfigureFunctionsWorkerDefaults(builder, static (_, _) => { }, configureOptions);

    public static IHostBuilder ConfigureFunctionsWorkerDefaults(
        this IHostBuilder builder, Action<HostBuilderContext, IFunctionsWorkerApplicationBuilder> configure) =>
        ConfigureFunctionsWorkerDefaults(builder, configure, null);

    public static IHostBuilder ConfigureFunctionsWorkerDefaults(
        this IHostBuilder builder, Action<IFunctionsWorkerApplicationBuilder> configure, Action<WorkerOptions>? configureOptions) =>
        ConfigureFunctionsWorkerDefaults(builder, (_, worker) => configure(worker), configureOptions);

    public static IHostBuilder ConfigureFunctionsWorkerDefaults(
        this IHostBuilder builder,
        Action<HostBuilderContext, IFunctionsWorkerApplicationBuilder> configure,
        Action<WorkerOptions>? configureOptions)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(configure);
        StartFailure.ExitWithOneLine();
        var start = AppStart.Current;
        if (start is null)
        {
            LocalSettings.Apply(Directory.GetCurrentDirectory());
        }

        return builder
            .ConfigureHostConfiguration(configuration =>
            {
                configuration.AddEnvironmentVariables("AZURE_FUNCTIONS_");
                start?.AddHostSettings(configuration);
            })
            .ConfigureAppConfiguration(configuration =>
            {
                configuration.AddEnvironmentVariables();
                if (start is null)
                {
                    configuration.AddCommandLine(Environment.GetCommandLineArgs()[1..]);
                }

                start?.AddSettings(configuration);
            })
            .ConfigureServices((context, services) =>
            {
                var worker = services.AddFunctionsWorkerDefaults(configureOptions);
                configure(context, worker);
                worker.UseDefaultWorkerMiddleware();
            });
    }
}
