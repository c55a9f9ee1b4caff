using Celerity.Functions.Compositions;
using Celerity.Functions.DeadLetters;
using Celerity.Functions.Hosting;
using Celerity.Functions.Pipelines;
using Celerity.Maintenance;
using Celerity.PoisonDrain;
using Celerity.Runs.Purging;
using Celerity.Stages.Slices;
using Celerity.Storage;
using Celerity.Tasks.Sending;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask.Client;
using Microsoft.Extensions.DependencyInjection;

namespace Celerity.Functions.Queues;

/// <summary>What runs every minute.</summary>
public static class MaintenanceFunctions
{
    private const string EveryMinute = "0 * * * * *";

    /// <summary>Empties the poison queues, goes on with sends, starts of runs and work on dead letters that was interrupted, sends what has become due, and purges runs.</summary>
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

        services.GetRequiredService<LastClientSignal>().Use(client);
        await services.GetRequiredService<RunStarter>().StartPendingAsync(client, context.CancellationToken).ConfigureAwait(false);
        await services.GetRequiredService<ActionStarter>().StartPendingAsync(client, context.CancellationToken).ConfigureAwait(false);
        var drainer = services.GetRequiredService<PoisonDrainer>();
        foreach (var queue in services.GetRequiredService<TaskQueues>().Names)
        {
            await drainer.DrainTasksAsync(queue, context.CancellationToken).ConfigureAwait(false);
        }

        await services.GetRequiredService<MaintenanceRound>().RunAsync(context.CancellationToken).ConfigureAwait(false);
        var (slices, signal) = (services.GetRequiredService<SliceDrain>(), new DurableStageSignal(client));
        foreach (var queue in new[] { StorageNames.ChunksQueue, StorageNames.BulkQueue })
        {
            await drainer.DrainAsync(queue, item => slices.SettleAsync(item, signal, context.CancellationToken), context.CancellationToken).ConfigureAwait(false);
        }

        await services.GetRequiredService<RunUpkeep>().RunAsync(new DurableRunInstances(client, services.GetRequiredService<PipelineRegistry>()), context.CancellationToken).ConfigureAwait(false);
    }
}
