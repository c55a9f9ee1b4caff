using Celerity.Stages;
using Microsoft.DurableTask.Client;

namespace Celerity.Functions.Pipelines;

/// <summary>Raises a stage's event on its orchestration.</summary>
internal sealed class DurableStageSignal(DurableTaskClient client) : IStageSignal
{
    public async ValueTask RaiseAsync(StageKey key, CancellationToken cancellationToken)
    {
        try
        {
            await client.RaiseEventAsync(key.ToString(), FunctionNames.StageEvent, eventPayload: null, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception) when (!cancellationToken.IsCancellationRequested)
        {
            // The package that throws differs by runtime, so the instance is asked: one that has finished, or is not there, wants no event.
            if (await client.GetInstanceAsync(key.ToString(), cancellationToken).ConfigureAwait(false) is { IsCompleted: false })
            {
                throw;
            }
        }
    }
}
