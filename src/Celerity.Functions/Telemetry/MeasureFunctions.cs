using Celerity.Alerts;
using Celerity.Figures;
using Celerity.Functions.Hosting;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.DependencyInjection;

namespace Celerity.Functions.Telemetry;

/// <summary>Measures what holds for the whole app, and judges it.</summary>
public static class MeasureFunctions
{
    private const string EveryMinute = "0 * * * * *";

    /// <summary>Looks at the queues, the dead letters and the circuits, every minute on one instance, and evaluates the alert rules.</summary>
    /// <remarks>By one function: the rules have at hand what was just measured, and a timer of their own would cost two requests a minute for its schedule.</remarks>
    [Function("CelerityMeasure")]
    public static async Task RunAsync([TimerTrigger(EveryMinute)] TimerInfo timer, FunctionContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        if (!context.InstanceServices.GetRequiredService<StorageReadiness>().IsReady)
        {
            return;
        }

        try
        {
            await context.InstanceServices.GetRequiredService<FigureSampling>().RunAsync(context.CancellationToken).ConfigureAwait(false);
        }
        finally
        {
            // That nothing could be measured is itself what a rule looks at.
            await context.InstanceServices.GetRequiredService<AlertRound>().RunAsync(context.CancellationToken).ConfigureAwait(false);
        }
    }
}
