using Celerity.Runs;
using Celerity.Schedules;
using Microsoft.DurableTask.Client;

namespace Celerity.Functions.Pipelines;

/// <summary>Starts and cancels the runs of schedules.</summary>
internal sealed class PipelineStarts(RunStarter starter, RunLifecycle lifecycle, DurableTaskClient client) : IPipelineStarts
{
    public async ValueTask StartAsync(string id, string pipeline, string request, CancellationToken cancellationToken) =>
        _ = await starter.StartAsync(client, id, pipeline, request, cancellationToken).ConfigureAwait(false);

    public async ValueTask CancelAsync(string id, CancellationToken cancellationToken)
    {
        try
        {
            if (await lifecycle.CancelAsync(id, cancellationToken).ConfigureAwait(false) is { } run)
            {
                await new DurableStageSignal(client).RaiseAllAsync(id, run.Generation, cancellationToken).ConfigureAwait(false);
            }
        }
        catch (CelerityException exception) when (exception.Code == ErrorCodes.RunEnded)
        {
        }
    }
}
