using Azure.Storage.Queues;
using Microsoft.Azure.WebJobs;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Celerity.Benchmarks;

/// <summary>Microsoft's own queue listener, the one that the Functions host runs, with a function that does nothing.</summary>
internal sealed class MicrosoftListener : IDisposable
{
    public const string Queue = "bench-listener";

    private readonly IHost _host;

    public MicrosoftListener(string connectionString)
    {
        _host = new HostBuilder()
            .ConfigureAppConfiguration(settings => settings.AddInMemoryCollection([new("AzureWebJobsStorage", connectionString)]))
            .ConfigureWebJobs(jobs => jobs.AddAzureStorageQueues(options =>
            {
                // As our host.json has it.
                options.BatchSize = 16;
                options.NewBatchThreshold = 8;
                options.MaxPollingInterval = TimeSpan.FromSeconds(2);
                options.MessageEncoding = QueueMessageEncoding.None;
            }))
            .ConfigureServices(services => services.AddSingleton<ITypeLocator>(new OneType()))
            .ConfigureLogging(logging => logging.SetMinimumLevel(LogLevel.Error).AddConsole())
            .Build();
    }

    public Task StartAsync(CancellationToken cancellationToken) => _host.StartAsync(cancellationToken);

    public Task StopAsync(CancellationToken cancellationToken) => _host.StopAsync(cancellationToken);

    public void Dispose() => _host.Dispose();

    private sealed class OneType : ITypeLocator
    {
        public IReadOnlyList<Type> GetTypes() => [typeof(MicrosoftListenerFunction)];
    }
}

/// <summary>What Microsoft's listener runs.</summary>
public static class MicrosoftListenerFunction
{
    /// <summary>Does nothing, and says so.</summary>
    public static void Run([QueueTrigger(MicrosoftListener.Queue)] string message)
    {
        _ = message;
        RunMeter.Current.Start();
        RunMeter.Current.End();
    }
}
