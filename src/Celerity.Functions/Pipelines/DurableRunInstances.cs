using Celerity.Runs.Purging;
using Microsoft.DurableTask.Client;

namespace Celerity.Functions.Pipelines;

/// <summary>The orchestration instances of runs: all whose ids begin with the run's.</summary>
internal sealed class DurableRunInstances(DurableTaskClient client) : IRunInstances
{
    public async ValueTask<(int Purged, bool AreGone)> PurgeAsync(string run, CancellationToken cancellationToken)
    {
        var instances = await client.GetAllInstancesAsync(new OrchestrationQuery { InstanceIdPrefix = run + "." }).ToListAsync(cancellationToken).ConfigureAwait(false);
        var (purged, areGone) = (0, true);
        foreach (var instance in instances)
        {
            if (instance.IsCompleted)
            {
                purged += (await client.PurgeInstanceAsync(instance.InstanceId, cancellation: cancellationToken).ConfigureAwait(false)).PurgedInstanceCount;
            }
            else
            {
                areGone = false;
                await client.TerminateInstanceAsync(instance.InstanceId, output: "The run is purged.", cancellation: cancellationToken).ConfigureAwait(false);
            }
        }

        return (purged, areGone);
    }
}
