using Celerity.LocalRuntime.Hosting;
using Celerity.LocalRuntime.Invocation;
using Celerity.LocalRuntime.Settings;
using Microsoft.Azure.Functions.Worker.Middleware;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.Metrics;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Microsoft.Azure.Functions.Worker.Builder;

public class FunctionsApplicationBuilder : IHostApplicationBuilder, IFunctionsWorkerApplicationBuilder
{
    private readonly HostApplicationBuilder _host;
    private readonly WorkerApplicationBuilder _worker;
    private bool _isBuilt;

    internal FunctionsApplicationBuilder(string[] args)
    {
        StartFailure.ExitWithOneLine();
        var start = AppStart.Current;
        if (start is null)
        {
            LocalSettings.Apply(ContentRootOf(args));
        }

        var configuration = new ConfigurationManager();
        configuration.AddEnvironmentVariables("AZURE_FUNCTIONS_");
        _host = new HostApplicationBuilder(new HostApplicationBuilderSettings
        {
            Args = args,
            Configuration = configuration,
            ContentRootPath = start?.Folder,
            EnvironmentName = start?.EnvironmentName,
        });
        start?.AddSettings(_host.Configuration);

        // The runtime prints every log line itself; a second console would double them.
        _host.Logging.ClearProviders();
        Services.AddFunctionsWorkerDefaults();
        _worker = Services.AddLocalRuntime();
    }

    public IServiceCollection Services => _host.Services;

    public ConfigurationManager Configuration => _host.Configuration;

    public IHostEnvironment Environment => _host.Environment;

    public ILoggingBuilder Logging => _host.Logging;

    public IMetricsBuilder Metrics => _host.Metrics;

    public IDictionary<object, object> Properties => ((IHostApplicationBuilder)_host).Properties;

    IConfigurationManager IHostApplicationBuilder.Configuration => Configuration;

    public IFunctionsWorkerApplicationBuilder Use(Func<FunctionExecutionDelegate, FunctionExecutionDelegate> middleware)
    {
        _worker.Use(middleware);
        return this;
    }

    public void ConfigureContainer<TContainerBuilder>(
        IServiceProviderFactory<TContainerBuilder> factory, Action<TContainerBuilder>? configure = null)
        where TContainerBuilder : notnull =>
        _host.ConfigureContainer(factory, configure);

    public IHost Build()
    {
        if (_isBuilt)
        {
            throw new InvalidOperationException("Build can only be called once.");
        }

        _isBuilt = true;
        this.UseDefaultWorkerMiddleware();
        return _host.Build();
    }

    private static string ContentRootOf(string[] args) =>
        new ConfigurationBuilder().AddEnvironmentVariables("DOTNET_").AddCommandLine(args).Build()[HostDefaults.ContentRootKey]
        ?? Directory.GetCurrentDirectory();
}
