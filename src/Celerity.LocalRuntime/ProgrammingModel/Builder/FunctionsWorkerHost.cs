using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Microsoft.Azure.Functions.Worker;

public static class FunctionsWorkerHost
{
    public static void RunDefault(Action<IServiceCollection>? configureServices = null) => BuildDefault(configureServices).Run();

    public static Task RunDefaultAsync(Action<IServiceCollection>? configureService = null) => BuildDefault(configureService).RunAsync();

    private static IHost BuildDefault(Action<IServiceCollection>? configureServices) =>
        new HostBuilder()
            .ConfigureFunctionsWorkerDefaults()
            .ConfigureServices(services => configureServices?.Invoke(services))
            .Build();
}
