using System.Diagnostics;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace Celerity.LocalRuntime.Hosting;

/// <summary>Stops the app when the process that started it has ended, however it ended.</summary>
internal sealed class ParentProcessWatch(IOptions<LocalRuntimeOptions> options, IHostApplicationLifetime lifetime) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (options.Value.ParentProcessId is not { } id)
        {
            return;
        }

        try
        {
            using var parent = Process.GetProcessById(id);
            await parent.WaitForExitAsync(stoppingToken).ConfigureAwait(false);
        }
        catch (ArgumentException)
        {
            // It has ended already.
        }

        lifetime.StopApplication();
    }
}
