using Celerity.History;
using Microsoft.Extensions.Hosting;

namespace Celerity.Functions.Hosting;

/// <summary>Writes down each minute what this process has counted. Registered before what runs tasks, so that it stops after it.</summary>
internal sealed class HistoryService(HistoryWriter writer, StorageReadiness storage) : BackgroundService
{
    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken).ConfigureAwait(false);
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
