using Celerity.Functions.Hosting;
using Celerity.Functions.Pipelines;
using Celerity.PoisonDrain;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask.Client;
using Microsoft.Extensions.DependencyInjection;

namespace Celerity.Functions.Queues;

/// <summary>What runs every minute.</summary>
public static class MaintenanceFunctions
{
    private const string EveryMinute = "0 * * * * *";

    /// <summary>Empties the poison queues, and starts runs whose start was interrupted.</summary>
    [Function("CelerityMaintain")]
    public static async Task RunAsync(
        [TimerTrigger(EveryMinute)] TimerInfo timer, [DurableClient] DurableTaskClient client, FunctionContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        var services = context.InstanceServices;
        if (!services.GetRequiredService<StorageReadiness>().IsReady)
        {
            return;
        }

        await services.GetRequiredService<RunStarter>().StartPendingAsync(client, context.CancellationToken).ConfigureAwait(false);
        await services.GetRequiredService<PoisonDrainer>().DrainAsync(context.CancellationToken).ConfigureAwait(false);
    }
}
