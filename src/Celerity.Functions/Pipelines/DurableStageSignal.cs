using Celerity.Runs;
using Celerity.Stages;
using Microsoft.DurableTask.Client;

namespace Celerity.Functions.Pipelines;

/// <summary>Raises a stage's event on its orchestration.</summary>
internal sealed class DurableStageSignal(DurableTaskClient client) : IStageSignal
{
    /// <summary>Raises it on all stages that a run's generation has come to, and on the next, which may be planning and has no row yet.</summary>
    public async ValueTask RaiseAllAsync(RunDetails run, CancellationToken cancellationToken)
    {
        var stages = run.Current.Select(stage => stage.Key.Stage).ToList();
        foreach (var stage in stages.Append(stages.DefaultIfEmpty().Max() + 1))
        {
            await RaiseAsync(new StageKey(run.Run.Id, run.Run.Generation, stage), cancellationToken).ConfigureAwait(false);
        }
    }

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
