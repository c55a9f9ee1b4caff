using Celerity.Compositions;
using Celerity.Stages;
using Microsoft.DurableTask.Client;

namespace Celerity.Functions.Pipelines;

/// <summary>Raises the event that makes orchestrations look: of a stage, or of all that a run waits for.</summary>
internal sealed class DurableStageSignal(DurableTaskClient client) : IStageSignal, IOrchestrationSignal
{
    public ValueTask RaiseAsync(StageKey key, CancellationToken cancellationToken) => RaiseAsync(key.ToString(), cancellationToken);

    public async ValueTask RaiseAsync(string instance, CancellationToken cancellationToken)
    {
        try
        {
            await client.RaiseEventAsync(instance, FunctionNames.StageEvent, eventPayload: null, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception) when (!cancellationToken.IsCancellationRequested)
        {
            // The package that throws differs by runtime, so the instance is asked: one that has finished, or is not there, wants no event.
            if (await client.GetInstanceAsync(instance, cancellationToken).ConfigureAwait(false) is { IsCompleted: false })
            {
                throw;
            }
        }
    }

    /// <summary>Wakes all that a generation of a run waits for, so that it learns of a cancel at once.</summary>
    public async ValueTask RaiseAllAsync(string run, int generation, CancellationToken cancellationToken)
    {
        var open = new OrchestrationQuery
        {
            InstanceIdPrefix = RunInstance.Of(run, generation) + ".",
            Statuses = [OrchestrationRuntimeStatus.Running, OrchestrationRuntimeStatus.Pending, OrchestrationRuntimeStatus.Suspended],
        };
        await foreach (var instance in client.GetAllInstancesAsync(open).WithCancellation(cancellationToken).ConfigureAwait(false))
        {
            if (!instance.InstanceId.EndsWith(".p", StringComparison.Ordinal))
            {
                await RaiseAsync(instance.InstanceId, cancellationToken).ConfigureAwait(false);
            }
        }
    }
}
