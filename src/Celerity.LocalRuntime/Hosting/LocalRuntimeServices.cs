using System.Diagnostics;
using System.Text.Json;
using Azure.Core.Serialization;
using Celerity.LocalRuntime.Discovery;
using Celerity.LocalRuntime.Durable.Hosting;
using Celerity.LocalRuntime.Http;
using Celerity.LocalRuntime.Invocation;
using Celerity.LocalRuntime.Invocation.Converters;
using Celerity.LocalRuntime.Logging;
using Celerity.LocalRuntime.Queues;
using Celerity.LocalRuntime.Settings;
using Celerity.LocalRuntime.Timers;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Invocation;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Celerity.LocalRuntime.Hosting;

/// <summary>The one place where the runtime is put together.</summary>
internal static class LocalRuntimeServices
{
    /// <summary>Adds the runtime once and returns the builder that collects the app's middleware.</summary>
    public static WorkerApplicationBuilder AddLocalRuntime(this IServiceCollection services)
    {
        if (services.FirstOrDefault(service => service.ServiceType == typeof(WorkerApplicationBuilder)) is { } existing)
        {
            return (WorkerApplicationBuilder)existing.ImplementationInstance!;
        }

        StartFailure.ExitWithOneLine();
        var builder = new WorkerApplicationBuilder(services);
        services.AddSingleton(builder);
        services.TryAddSingleton(TimeProvider.System);
        AddSettings(services);
        AddInvocation(services);
        AddHttp(services);
        AddHosting(services);

        // Extensions: each adds its listeners, bindings and endpoints.
        // Timers come last: what they start at once finds the others running.
        services.AddLocalQueues();
        services.AddLocalDurable();
        services.AddLocalTimers();
        return builder;
    }

    private static void AddSettings(IServiceCollection services)
    {
        services.AddOptions<LocalRuntimeOptions>().Configure<IConfiguration>((options, configuration) =>
        {
            options.HttpPort = configuration.GetValue("Host:LocalHttpPort", options.HttpPort);
            configuration.GetSection(LocalRuntimeOptions.SectionName).Bind(options);
        });
        services.TryAddSingleton(provider => HostConfiguration.Load(
            AppFile.Find(provider.GetRequiredService<IHostEnvironment>().ContentRootPath, HostConfiguration.FileName),
            provider.GetRequiredService<IConfiguration>()));
        services.TryAddSingleton<SettingTokens>();
        services.TryAddSingleton<StorageConnections>();
        services.TryAddSingleton<StateFolder>();
    }

    private static void AddInvocation(IServiceCollection services)
    {
        services.TryAddSingleton(_ => FunctionSource.FromEntryAssembly());
        services.TryAddSingleton<FunctionCatalog>();
        services.TryAddSingleton<IFunctionActivator, ScopedFunctionActivator>();
        services.TryAddSingleton<IFunctionExecutor, ReflectionFunctionExecutor>();
        services.TryAddSingleton<IFunctionInvoker, FunctionInvoker>();
        services.TryAddSingleton<InputConversion>();
        services.TryAddSingleton<RunningInvocations>();
        services.TryAddSingleton(provider => provider.GetRequiredService<WorkerApplicationBuilder>().BuildPipeline());

        services.Configure<JsonSerializerOptions>(options => options.PropertyNameCaseInsensitive = true);
        services.AddOptions<WorkerOptions>()
            .Configure(options => AddConverters(options.InputConverters))
            .PostConfigure<IOptions<JsonSerializerOptions>>((options, json) => options.Serializer ??= new JsonObjectSerializer(json.Value));
    }

    private static void AddConverters(InputConverterCollection converters)
    {
        converters.Register<FunctionContextConverter>();
        converters.Register<HttpTriggerConverter>();
        converters.Register<AssignableConverter>();
        converters.Register<GuidConverter>();
        converters.Register<DateTimeConverter>();
        converters.Register<BytesConverter>();
        converters.Register<JsonPocoConverter>();
        converters.Register<CancellationTokenConverter>();
    }

    private static void AddHttp(IServiceCollection services)
    {
        services.AddRouting();
        services.AddOptions();
        services.TryAddSingleton(_ => new DiagnosticListener("Microsoft.AspNetCore"));
        services.TryAddSingleton<DiagnosticSource>(provider => provider.GetRequiredService<DiagnosticListener>());
        services.TryAddSingleton<IHttpContextFactory, DefaultHttpContextFactory>();
        services.TryAddSingleton(HttpServer.CreateServer);
        services.TryAddSingleton<HttpServer>();
        services.TryAddSingleton<FunctionKeys>();
        services.TryAddSingleton<RequestLimits>();
        services.TryAddSingleton<BuiltInResponse>();
        services.TryAddSingleton<FunctionEndpoints>();
        services.AddSingleton<IEndpointSource>(provider => provider.GetRequiredService<FunctionEndpoints>());
        services.AddSingleton<IEndpointSource, AdminEndpoints>();
        services.AddSingleton<IEndpointSource, KeyEndpoints>();
    }

    private static IHostedService CreateHost(IServiceProvider services)
    {
        try
        {
            return ActivatorUtilities.CreateInstance<LocalHost>(services);
        }
        catch (InvalidOperationException exception)
        {
            // What the parts say of settings they cannot use.
            throw new LocalStartException(exception.Message, exception);
        }
    }

    private static void AddHosting(IServiceCollection services)
    {
        services.TryAddSingleton<HostState>();
        services.TryAddSingleton<TriggerListeners>();
        services.AddSingleton(CreateHost);
        services.AddHostedService<ParentProcessWatch>();
        services.TryAddSingleton<LogLevels>();
        services.AddLogging(logging => logging.Services.TryAddEnumerable(ServiceDescriptor.Singleton<ILoggerProvider, LineLoggerProvider>()));
        services.AddOptions<HostOptions>().PostConfigure<IOptions<LocalRuntimeOptions>>((host, options) =>
        {
            var needed = LocalHost.ShutdownTimeoutFor(options.Value);
            host.ShutdownTimeout = host.ShutdownTimeout > needed ? host.ShutdownTimeout : needed;
        });
    }
}
