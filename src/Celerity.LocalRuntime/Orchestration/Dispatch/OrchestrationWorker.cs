using Celerity.LocalRuntime.Orchestration.History;
using Celerity.LocalRuntime.Orchestration.Replay;
using Celerity.LocalRuntime.Orchestration.Store;
using Microsoft.DurableTask.Client;
using Microsoft.Extensions.Logging;

namespace Celerity.LocalRuntime.Orchestration.Dispatch;

/// <summary>Runs one episode of one claimed instance.</summary>
internal sealed class OrchestrationWorker(OrchestrationHub hub, ITaskCode code, ILoggerFactory loggerFactory)
{
    private static readonly TimeSpan PauseAfterError = TimeSpan.FromSeconds(1);

    private readonly ILogger _logger = loggerFactory.CreateLogger<OrchestrationWorker>();

    public async Task RunAsync(ClaimedInstance claim, CancellationToken cancellationToken)
    {
        try
        {
            var checkpoint = await StepAsync(claim, cancellationToken).ConfigureAwait(false);
            if (!await hub.Writer.WriteAsync(() => hub.Store.Commit(checkpoint, hub.Time.GetUtcNow())).ConfigureAwait(false))
            {
                DispatchLog.EpisodeFenced(_logger, claim.Row.Id);
                return;
            }

            Announce(checkpoint);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            hub.Store.Release(claim);
        }
#pragma warning disable CA1031 // An error of the runtime, not of the orchestrator: the episode had no effect and is run again.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            DispatchLog.EpisodeAbandoned(_logger, claim.Row.Id, exception);
            await Task.Delay(PauseAfterError, hub.Time, CancellationToken.None).ConfigureAwait(false);
            hub.Store.Release(claim);
        }
    }

    private async Task<Checkpoint> StepAsync(ClaimedInstance claim, CancellationToken cancellationToken)
    {
        var now = hub.Time.GetUtcNow();
        List<HistoryEvent> fresh = [new OrchestratorStarted { At = now.UtcDateTime }, .. claim.Inbox.Select(message => message.Event)];
        if (claim.History.Count == 0 && !fresh.OfType<ExecutionStarted>().Any())
        {
            return EpisodeCheckpoint.NeverStarted(claim, fresh.OfType<ExecutionTerminated>().First(), now);
        }

        var episode = new Episode(claim.Row.Id, claim.History, fresh, hub.Converter, loggerFactory);
        if (!code.HasOrchestrator(claim.Row.Name))
        {
            episode.Fail(new InvalidOperationException(UnknownFunction.Message(claim.Row.Name, "orchestrator")), nonRetriable: true);
        }
        else
        {
            await RunCodeAsync(episode, cancellationToken).ConfigureAwait(false);
        }

        return EpisodeCheckpoint.Of(claim, fresh, episode, now, NewInstances.NewExecutionId());
    }

    private async Task RunCodeAsync(Episode episode, CancellationToken cancellationToken)
    {
        try
        {
            await code.RunOrchestratorAsync(episode, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception exception) when (IsCutOff(exception, cancellationToken) && episode.Completion is null)
        {
            throw;
        }
#pragma warning disable CA1031 // What the orchestrator threw is in the episode already; what a middleware threw fails it too.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            episode.Fail(exception);
        }

        if (!episode.HasRun)
        {
            episode.Fail(new InvalidOperationException("The orchestrator was not called: a middleware did not pass the invocation on."));
        }
    }

    private static bool IsCutOff(Exception exception, CancellationToken cancellationToken) =>
        exception is WorkAbandonedException || (exception is OperationCanceledException && cancellationToken.IsCancellationRequested);

    private void Announce(Checkpoint checkpoint)
    {
        var row = checkpoint.Row;
        if (row.Status == OrchestrationRuntimeStatus.Failed)
        {
            DispatchLog.Failed(_logger, row.Id, row.Name, row.Output);
        }
        else if (row.IsTerminal)
        {
            DispatchLog.Ended(_logger, row.Id, row.Name, row.Status.ToString());
        }

        if (checkpoint.Activities.Count > 0)
        {
            hub.SignalActivities();
        }

        // An end frees what the orchestration has locked.
        if (checkpoint.ToEntities.Count > 0 || checkpoint.StartsAnew || row.IsTerminal)
        {
            hub.SignalEntities();
        }

        hub.SignalInstances();
        hub.SignalChanged(row.Id);
    }
}
