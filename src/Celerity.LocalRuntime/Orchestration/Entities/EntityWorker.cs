using Celerity.LocalRuntime.Orchestration.Dispatch;
using Celerity.LocalRuntime.Orchestration.Store;
using Microsoft.DurableTask.Entities;
using Microsoft.Extensions.Logging;

namespace Celerity.LocalRuntime.Orchestration.Entities;

/// <summary>Runs the messages of one claimed entity and stores their result.</summary>
internal sealed class EntityWorker(OrchestrationHub hub, ITaskCode code, bool keepsEffectsOfFailure, ILogger logger)
{
    private static readonly TimeSpan PauseAfterError = TimeSpan.FromSeconds(1);

    public async Task RunAsync(ClaimedEntity claim, CancellationToken cancellationToken)
    {
        try
        {
            var checkpoint = await StepAsync(claim, cancellationToken).ConfigureAwait(false);
            if (await hub.Writer.WriteAsync(() => hub.Store.Entities.Commit(checkpoint, hub.Time.GetUtcNow())).ConfigureAwait(false))
            {
                hub.SignalEntities();
                hub.SignalInstances();
            }
            else
            {
                EntityLog.BatchFenced(logger, claim.Row.Id);
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            hub.Store.Entities.Release(claim);
        }
#pragma warning disable CA1031 // An error of the runtime or a cut-off, not of an operation: the batch had no effect and is run again.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            EntityLog.BatchAbandoned(logger, claim.Row.Id, exception);
            await Task.Delay(PauseAfterError, hub.Time, CancellationToken.None).ConfigureAwait(false);
            hub.Store.Entities.Release(claim);
        }
    }

    private async Task<EntityCheckpoint> StepAsync(ClaimedEntity claim, CancellationToken cancellationToken)
    {
        var turn = EntityTurn.Of(claim);
        var id = EntityInstanceId.FromString(claim.Row.Id);
        var batch = new EntityBatch(
            id, claim.Row.State, turn.Operations, code.Rules.Converter ?? hub.Converter, hub.Time, keepsEffectsOfFailure, cancellationToken)
        {
            ExceptionProperties = code.Rules.ExceptionProperties,
        };
        if (turn.Operations.Count > 0)
        {
            await RunCodeAsync(batch, cancellationToken).ConfigureAwait(false);
            LogFailures(batch);
        }

        return EntityCheckpoint.Of(claim, turn, batch, hub.Time.GetUtcNow());
    }

    private async Task RunCodeAsync(EntityBatch batch, CancellationToken cancellationToken)
    {
        if (code.RefuseEntity(batch.Id.Name) is { } refusal)
        {
            batch.Fail(refusal);
            return;
        }

        try
        {
            await code.RunEntityAsync(batch, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is not WorkAbandonedException
            && (exception is not OperationCanceledException || !cancellationToken.IsCancellationRequested))
        {
            batch.Fail(exception);
        }

        if (!batch.HasRun)
        {
            batch.Fail(new InvalidOperationException(
                $"The entity function of '{batch.Id.Name}' ended without a call of its dispatcher, or a middleware did not pass the invocation on."));
        }
    }

    // A signal has nobody else to tell.
    private void LogFailures(EntityBatch batch)
    {
        foreach (var (operation, answer) in batch.Operations.Zip(batch.Answers))
        {
            if (answer.Failure is { } failure)
            {
                EntityLog.OperationFailed(logger, operation.Name, batch.Id.ToString(), failure.ToString());
            }
        }
    }
}
