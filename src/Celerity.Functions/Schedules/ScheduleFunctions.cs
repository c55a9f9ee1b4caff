using Celerity.Functions.Hosting;
using Celerity.Functions.Pipelines;
using Celerity.Schedules;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask.Client;
using Microsoft.Extensions.DependencyInjection;

namespace Celerity.Functions.Schedules;

/// <summary>What makes schedules fire.</summary>
public static class ScheduleFunctions
{
    private const string EveryMinute = "0 * * * * *";

    /// <summary>Fires what is due, and stays for what becomes due before the next minute. Two at once do no harm.</summary>
    [Function("CeleritySchedule")]
    public static async Task RunAsync(
        [TimerTrigger(EveryMinute)] TimerInfo timer, [DurableClient] DurableTaskClient client, FunctionContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        var services = context.InstanceServices;
        if (services.GetRequiredService<StorageReadiness>().IsReady)
        {
            var pipelines = ActivatorUtilities.CreateInstance<PipelineStarts>(services, client);
            await services.GetRequiredService<ScheduleRound>().RunAsync(pipelines, context.CancellationToken).ConfigureAwait(false);
        }
    }
}
