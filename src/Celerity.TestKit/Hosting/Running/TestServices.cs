using Azure.Data.Tables;
using Azure.Storage.Blobs;
using Azure.Storage.Queues;
using Celerity.LocalRuntime.Discovery;
using Celerity.LocalRuntime.Durable.Hosting;
using Celerity.LocalRuntime.Hosting;
using Celerity.LocalRuntime.Invocation;
using Celerity.LocalRuntime.Queues;
using Celerity.LocalRuntime.Queues.Concurrency;
using Celerity.LocalRuntime.Queues.Waking;
using Celerity.LocalRuntime.Settings;
using Celerity.Tasks.Logs;
using Celerity.TestKit.Hosting.Storage;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.TestHost;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Celerity.TestKit.Hosting.Running;

/// <summary>What is put in place of an app's own services when it runs in a test host. Applied last, so that it wins.</summary>
internal static class TestServices
{
    // Nobody else works on the test's orchestrations: looking for others is put off beyond what a test can reach.
    private static readonly TimeSpan Never = 2 * HostDriver.Horizon;

    public static void Replace(IServiceCollection services, AppProcess process, FunctionSource functions)
    {
        var world = process.World;
        var options = world.Options;
        services.RemoveAll<TimeProvider>();
        services.AddSingleton<TimeProvider>(process.Clock);
        services.AddSingleton(process.Gauge);
        services.AddSingleton(functions);
        services.AddSingleton<IHostLifetime, NoLifetime>();
        services.RemoveAll<ILoggerProvider>();
        services.AddSingleton<ILoggerProvider, AttemptLogProvider>();
        services.AddSingleton<ILoggerProvider>(new TranscriptLoggerProvider(process, options.TranscriptLogLevel));
        services.PostConfigure<LocalRuntimeOptions>(runtime =>
        {
            runtime.SharesState = false;
            runtime.AddressFile = null;
            runtime.StateFolder = world.StateFolder.FullName;
        });
        services.AddSingleton<IServer>(provider => CreateServer(provider, process));
        services.AddSingleton<IFunctionInvoker>(provider => new ProbedInvoker(ActivatorUtilities.CreateInstance<FunctionInvoker>(provider), process));
        ReplaceOrchestrations(services, process);
        ReplaceQueues(services, process);
        if (options.ConnectionString is null)
        {
            ReplaceStorage(services, new StorageClients(world, process));
        }

        options.Apply(services);
    }

    private static TestServer CreateServer(IServiceProvider provider, AppProcess process)
    {
        var features = new FeatureCollection();
        var addresses = new ServerAddressesFeature();
        addresses.Addresses.Add(FunctionTestHost.Address);
        features.Set<IServerAddressesFeature>(addresses);
        var server = new TestServer(provider, features, Options.Create(new TestServerOptions { BaseAddress = new Uri(FunctionTestHost.Address) }));
        process.Http = () => new HttpMessageInvoker(server.CreateHandler());
        return server;
    }

    private static void ReplaceOrchestrations(IServiceCollection services, AppProcess process)
    {
        services.AddSingleton(FencedStore.Create(process.World.Orchestrations, process));
        services.AddSingleton(provider =>
        {
            var settings = DurableSettings.Read(
                provider.GetRequiredService<HostConfiguration>(), provider.GetRequiredService<SettingTokens>(), provider.GetRequiredService<IConfiguration>());
            return settings with { Engine = settings.Engine with { Lease = 3 * Never, WatchInterval = Never, PollInterval = Never } };
        });
    }

    private static void ReplaceQueues(IServiceCollection services, AppProcess process)
    {
        services.AddSingleton(provider => QueueRuntimeSettings.Read(provider.GetRequiredService<IConfiguration>().GetSection(LocalRuntimeOptions.SectionName)) with
        {
            Polls = false,
            WakeOnSend = false,
        });

        // It measures processor load by the clock, once a second: neither means anything here.
        services.AddSingleton(new ConcurrencySettings { IsDynamic = false });
        services.AddSingleton(provider => new WakeBoard(null, process.Clock, provider.GetRequiredService<ILogger<WakeBoard>>()));
        services.AddSingleton(provider => new ProbedQueueSource(
            new AzureQueueSource(provider.GetRequiredService<StorageConnections>()), process, provider.GetRequiredService<QueueRuntimeSettings>()));
        services.AddSingleton<IQueueSource>(provider => provider.GetRequiredService<ProbedQueueSource>());
    }

    private static void ReplaceStorage(IServiceCollection services, StorageClients clients)
    {
        services.AddSingleton(new StorageTransport(clients.Queues, clients.Blobs));
        services.ConfigureAll<QueueClientOptions>(options => StorageClients.Set(options, clients.Queues));
        services.ConfigureAll<BlobClientOptions>(options => StorageClients.Set(options, clients.Blobs));
        services.ConfigureAll<TableClientOptions>(options => StorageClients.Set(options, clients.Tables));
        RegisteredClients.Replace(services, clients);
    }
}
