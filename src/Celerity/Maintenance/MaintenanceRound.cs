using Microsoft.Extensions.Logging;

namespace Celerity.Maintenance;

/// <summary>One round of maintenance: each step, whatever becomes of the others.</summary>
internal sealed partial class MaintenanceRound(IEnumerable<IMaintenanceStep> steps, ILogger<MaintenanceRound> logger)
{
    public async ValueTask RunAsync(CancellationToken cancellationToken)
    {
        foreach (var step in steps)
        {
            try
            {
                await step.RunAsync(cancellationToken).ConfigureAwait(false);
            }
#pragma warning disable CA1031 // The loop's edge: one step must not keep the others from their work; it comes again in a minute.
            catch (Exception exception) when (!cancellationToken.IsCancellationRequested)
#pragma warning restore CA1031
            {
                LogStepFailed(logger, step.GetType().Name, exception);
            }
        }
    }

    [LoggerMessage(2300, LogLevel.Warning, "The maintenance step {Step} failed; it is tried again in a minute")]
    private static partial void LogStepFailed(ILogger logger, string step, Exception exception);
}
