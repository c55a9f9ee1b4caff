using Celerity.Workers;
using Microsoft.Extensions.Hosting;

namespace Celerity.Functions.Hosting;

/// <summary>Keeps this process's place among the workers, and ends the process when it is to be recycled.</summary>
internal sealed class WorkerService(WorkerHeart heart, StorageReadiness storage, IHostApplicationLifetime lifetime) : BackgroundService
{
    /// <summary>What the Functions host takes for a restart that is meant, not for a crash.</summary>
    public const int RestartExitCode = 200;

    private bool _isRegistered;

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken).ConfigureAwait(false);
        if (_isRegistered)
        {
            await heart.StopAsync().WaitAsync(cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await storage.Ready.WaitAsync(stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (stoppingToken.IsCancellationRequested)
        {
            return;
        }

        _isRegistered = true;
        if (await heart.RunAsync(stoppingToken).ConfigureAwait(false))
        {
            Environment.ExitCode = RestartExitCode;
            lifetime.StopApplication();
        }
    }
}
