using Azure.Storage.Queues.Models;
using Microsoft.Azure.WebJobs;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Celerity.LocalRuntime.Tests.Differential;

/// <summary>Microsoft's own queue listener, the one in the Functions host.</summary>
internal static class MicrosoftListener
{
    public static async Task<IAsyncDisposable> StartAsync(
        ListenerScenario scenario, string connectionString, string queue, ListenerObservation observation)
    {
        var host = new HostBuilder()
            .ConfigureAppConfiguration(settings => settings.AddInMemoryCollection([new("AzureWebJobsStorage", connectionString), new("TheQueue", queue)]))
            .ConfigureWebJobs(jobs => jobs.AddAzureStorageQueues(options =>
            {
                options.MaxPollingInterval = TimeSpan.FromMilliseconds(200);
                options.MaxDequeueCount = scenario.MaxDequeueCount;
                options.VisibilityTimeout = scenario.VisibilityTimeout;
                options.MessageEncoding = scenario.Encoding;
            }))
            .ConfigureServices(services => services.AddSingleton<ITypeLocator>(new OneType()).AddSingleton(observation))
            .ConfigureLogging(logging => logging.ClearProviders())
            .Build();
        await host.StartAsync();
        return new Stopping(host);
    }

    private sealed class OneType : ITypeLocator
    {
        public IReadOnlyList<Type> GetTypes() => [typeof(MicrosoftListenerFunction)];
    }

    private sealed class Stopping(IHost host) : IAsyncDisposable
    {
        public async ValueTask DisposeAsync()
        {
            await host.StopAsync();
            host.Dispose();
        }
    }
}

/// <summary>What Microsoft's listener runs.</summary>
public sealed class MicrosoftListenerFunction(ListenerObservation observation)
{
    /// <summary>One attempt.</summary>
    public Task RunAsync([QueueTrigger("%TheQueue%")] QueueMessage message) => observation.RunAsync(message);
}
