using Celerity.Runs;
using Celerity.Schedules;
using Microsoft.DurableTask.Client;

namespace Celerity.Functions.Pipelines;

/// <summary>Starts and cancels the runs of schedules.</summary>
internal sealed class PipelineStarts(RunStarter starter, RunLifecycle lifecycle, RunStore runs, DurableTaskClient client) : IPipelineStarts
{
    public async ValueTask StartAsync(string id, string pipeline, string request, CancellationToken cancellationToken) =>
        _ = await starter.StartAsync(client, id, pipeline, request, cancellationToken).ConfigureAwait(false);

    public async ValueTask CancelAsync(string id, CancellationToken cancellationToken)
    {
        try
        {
            _ = await lifecycle.CancelAsync(id, cancellationToken).ConfigureAwait(false);
        }
        catch (CelerityException exception) when (exception.Code == ErrorCodes.RunEnded)
        {
            return;
        }

        if (await runs.FindWithStagesAsync(id, cancellationToken).ConfigureAwait(false) is { } found)
        {
            await new DurableStageSignal(client).RaiseAllAsync(found, cancellationToken).ConfigureAwait(false);
        }
    }
}
