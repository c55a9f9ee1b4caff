using System.Text.Json;
using Celerity.Runs;
using Celerity.Tracing;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;

namespace Celerity.Functions.Pipelines;

/// <summary>The orchestration instances of runs: all whose ids begin with the run's.</summary>
internal sealed class DurableRunInstances(DurableTaskClient client, PipelineRegistry pipelines) : IRunInstances
{
    public async ValueTask StartAsync(RunRecord run, CancellationToken cancellationToken)
    {
        var pipeline = pipelines.Get(run.Pipeline);
        var instance = RunInstance.Of(run.Id, run.Generation);
        if (await client.GetInstanceAsync(instance, cancellationToken).ConfigureAwait(false) is not null)
        {
            return;
        }

        using var span = EngineTracing.StartRun(run);
        using var request = JsonDocument.Parse(run.Request);
        var progress = new RunProgress(run.Id, run.Generation, pipeline.Function, request.RootElement, Waiter: run.Waiter) { Deadline = run.Deadline };
        await client.ScheduleNewOrchestrationInstanceAsync(
            FunctionNames.Run, CelerityJson.Write(progress), new StartOrchestrationOptions(instance), cancellationToken).ConfigureAwait(false);
    }

    public ValueTask WakeAsync(string run, int generation, CancellationToken cancellationToken) =>
        new DurableStageSignal(client).RaiseAllAsync(run, generation, cancellationToken);

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
