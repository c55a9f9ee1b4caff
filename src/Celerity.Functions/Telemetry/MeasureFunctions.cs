using Celerity.Figures;
using Celerity.Functions.Hosting;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.DependencyInjection;

namespace Celerity.Functions.Telemetry;

/// <summary>Measures what holds for the whole app.</summary>
public static class MeasureFunctions
{
    private const string EveryMinute = "0 * * * * *";

    /// <summary>Looks at the queues, the dead letters and the circuits, every minute on one instance.</summary>
    [Function("CelerityMeasure")]
    public static async Task RunAsync([TimerTrigger(EveryMinute)] TimerInfo timer, FunctionContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        if (context.InstanceServices.GetRequiredService<StorageReadiness>().IsReady)
        {
            await context.InstanceServices.GetRequiredService<FigureSampling>().RunAsync(context.CancellationToken).ConfigureAwait(false);
        }
    }
}
