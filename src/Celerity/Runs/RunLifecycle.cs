using System.Text;
using Celerity.Metrics;
using Celerity.Stages;
using Celerity.Stages.Ledger;
using Celerity.Storage;

namespace Celerity.Runs;

/// <summary>Moves a run from state to state. Every move can be made again without harm.</summary>
internal sealed class RunLifecycle(RunStore runs, RunEnds ends, StageLedger ledger, IBlobStore blobs, TimeProvider time, CelerityMeter? meter = null)
{
    // What a user's code throws may be longer than a column holds; the run must end all the same.
    private const int MaxErrorMessage = 8000;

    /// <summary>Notes that a generation has begun; <see langword="false"/> where the run was cancelled before, is late, or is at another one.</summary>
    public async ValueTask<bool> TryBeginAsync(string id, int generation, CancellationToken cancellationToken)
    {
        var begins = false;
        var run = await runs.ChangeAsync(
            id,
            run =>
            {
                var isDue = run.State == RunState.Pending && run.Generation == generation;
                begins = isDue && !IsLate(run);
                return begins ? run with { State = RunState.Running, StartedAt = time.GetUtcNow() } : isDue ? Expired(run) : null;
            },
            cancellationToken).ConfigureAwait(false);
        if (begins)
        {
            meter?.RunStarted.Add(1, new KeyValuePair<string, object?>(MetricTags.Pipeline, run!.Pipeline));
        }

        return run is { State: RunState.Running } && run.Generation == generation;
    }

    /// <summary>Asks a generation to stop whose deadline has come: its slices are dropped as where it is cancelled, and it ends as failed.</summary>
    /// <returns>How long it has left, by this process's clock; zero where it is to end now.</returns>
    public async ValueTask<TimeSpan> ExpireAsync(string id, int generation, CancellationToken cancellationToken)
    {
        var run = await runs.ChangeAsync(
            id,
            run => run.State is RunState.Pending or RunState.Running && run.Generation == generation && IsLate(run) ? Expired(run) : null,
            cancellationToken).ConfigureAwait(false);
        var left = run is { State: RunState.Pending or RunState.Running } && run.Generation == generation ? run.Deadline - time.GetUtcNow() : null;
        return left > TimeSpan.Zero ? left.Value : TimeSpan.Zero;
    }

    /// <summary>Writes how a generation ended: first the result, then the state.</summary>
    public async ValueTask FinishAsync(string id, int generation, string? result, StageFault? fault, CancellationToken cancellationToken)
    {
        // A late repeat must leave no blob of a run that has ended, or that is purged.
        if (await runs.FindWithStagesAsync(id, cancellationToken).ConfigureAwait(false) is not { } found || found.Run.State.IsEnd() || found.Run.Generation != generation)
        {
            ends.Announce(id);
            return;
        }

        string? resultBlob = null;
        if (result is not null && fault is null)
        {
            resultBlob = $"{id}/g{generation}/result.json";
            await blobs.WriteAsync(StorageNames.ResultsContainer, resultBlob, Encoding.UTF8.GetBytes(result), cancellationToken).ConfigureAwait(false);
        }

        var hasErrors = fault is null && !found.Run.HasErrors && await HasErrorsAsync(found, cancellationToken).ConfigureAwait(false);
        var isEnding = false;
        var ended = await runs.ChangeAsync(
            id,
            run =>
            {
                isEnding = !run.State.IsEnd() && run.Generation == generation;
                return !isEnding ? null : run with
                {
                    State = EndOf(run, fault, hasErrors),
                    EndedAt = time.GetUtcNow(),
                    ErrorCode = FaultOf(run, fault)?.Code,
                    ErrorMessage = FaultOf(run, fault)?.Message.AtMost(MaxErrorMessage),
                    ResultBlob = resultBlob,
                };
            },
            cancellationToken).ConfigureAwait(false);
        if (isEnding && ended is not null)
        {
            meter?.RunEnded.Add(1, new(MetricTags.Pipeline, ended.Pipeline), new(MetricTags.Outcome, MetricTags.Of(ended.State)));
        }

        ends.Announce(id);
    }

    /// <summary>Asks a run to stop.</summary>
    /// <returns>The run as it is now; <see langword="null"/> where there is none.</returns>
    /// <exception cref="CelerityException">CEL0316: it has ended.</exception>
    public async ValueTask<RunRecord?> CancelAsync(string id, CancellationToken cancellationToken)
    {
        var run = await runs.ChangeAsync(
            id, run => run.State is RunState.Pending or RunState.Running ? run with { State = RunState.Cancelling } : null, cancellationToken).ConfigureAwait(false);
        return run is { State: var state } && state.IsEnd()
            ? throw new CelerityException(ErrorCodes.RunEnded, $"The run {id} has ended already ({state}); there is nothing to cancel.")
            : run;
    }

    private static RunState EndOf(RunRecord run, StageFault? fault, bool hasErrors)
    {
        if (fault is null)
        {
            return hasErrors || run.HasErrors ? RunState.SucceededWithErrors : RunState.Succeeded;
        }

        return run is { State: RunState.Cancelling, ErrorCode: null } ? RunState.Cancelled : RunState.Failed;
    }

    // What asked it to stop counts before what followed from that.
    private static StageFault? FaultOf(RunRecord run, StageFault? fault) =>
        fault is not null && run is { State: RunState.Cancelling, ErrorCode: { } code } ? new StageFault(code, run.ErrorMessage!) : fault;

    private bool IsLate(RunRecord run) => run.Deadline <= time.GetUtcNow();

    private static RunRecord Expired(RunRecord run)
    {
        var fault = StageFault.TimedOut(run.Deadline!.Value);
        return run with { State = RunState.Cancelling, ErrorCode = fault.Code, ErrorMessage = fault.Message };
    }

    private async ValueTask<bool> HasErrorsAsync(RunDetails found, CancellationToken cancellationToken)
    {
        foreach (var stage in found.Current)
        {
            var pages = await ledger.ReadRootAsync(stage.Key, stage.Layout, cancellationToken).ConfigureAwait(false);
            if (pages.Values.Any(page => page.Count.Dead > 0 || page.Count.Rejected > 0))
            {
                return true;
            }
        }

        return false;
    }
}
