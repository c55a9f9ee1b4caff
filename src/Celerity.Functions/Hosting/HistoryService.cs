using Celerity.History;
using Microsoft.Extensions.Hosting;

namespace Celerity.Functions.Hosting;

/// <summary>Writes down each minute what this process has counted, and what is left once everything else has stopped.</summary>
internal sealed class HistoryService(HistoryWriter writer, StorageReadiness storage) : BackgroundService, IHostedLifecycleService
{
    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public async Task StoppedAsync(CancellationToken cancellationToken)
    {
        if (storage.IsReady)
        {
            await writer.WriteAsync(withOpen: true).WaitAsync(cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await storage.Ready.WaitAsync(stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await writer.RunAsync(stoppingToken).ConfigureAwait(false);
    }
}
