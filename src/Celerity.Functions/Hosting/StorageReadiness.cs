using Celerity.Storage;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Celerity.Functions.Hosting;

/// <summary>Makes what is missing in the storage account, and waits for a storage that is down; until then the app is not ready.</summary>
internal sealed partial class StorageReadiness(IStorageSetup setup, TimeProvider time, ILogger<StorageReadiness> logger) : BackgroundService
{
    private static readonly TimeSpan RetryDelay = TimeSpan.FromSeconds(5);

    private readonly TaskCompletionSource _ready = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public bool IsReady => _ready.Task.IsCompleted;

    /// <summary>Gets what completes when the storage is there.</summary>
    public Task Ready => _ready.Task;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await setup.EnsureAsync(stoppingToken).ConfigureAwait(false);
                _ready.TrySetResult();
                return;
            }
            catch (Exception exception)
            {
                // Down, not yet up, or no rights yet: a start must outlast all of them, and a stop in the middle is no failure.
                StorageUnreachable(logger, exception.Message, RetryDelay);
                await Task.Delay(RetryDelay, time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    [LoggerMessage(2700, LogLevel.Warning, "The storage account cannot be used yet: {Reason} Trying again in {Delay}. Check AzureWebJobsStorage, and that the storage is up.")]
    private static partial void StorageUnreachable(ILogger logger, string reason, TimeSpan delay);
}
