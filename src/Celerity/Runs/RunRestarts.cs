using Celerity.Controls;
using Celerity.Retry;
using Celerity.Stages.Ledger;

namespace Celerity.Runs;

/// <summary>Starts a run that has ended again, as its next generation.</summary>
internal sealed class RunRestarts(RunStore runs, PendingRuns pending, StageLedger ledger, AuditLog audit, TimeProvider time)
{
    private const int MaxGenerations = 1000;

    /// <summary>Makes the next generation of a run. Its orchestration is started by whoever finds its note: at once, or within two minutes.</summary>
    /// <param name="id">The run.</param>
    /// <param name="restart">What is done again.</param>
    /// <param name="command">The id of what asks for it: asked again, it is the same generation.</param>
    /// <param name="note">Who asks, and why.</param>
    /// <param name="cancellationToken">Stops the wait. It may have happened all the same.</param>
    /// <param name="after">The generation that the run must be at; <see langword="null"/> where any will do.</param>
    /// <exception cref="CelerityException">CEL0313: there is no such run; CEL0345: it has not ended; CEL0346: there is nothing to do again.</exception>
    public async ValueTask<RunGeneration> RestartAsync(
        string id, RunRestart restart, string command, ActionNote note, CancellationToken cancellationToken, int? after = null)
    {
        PendingRun? pendingRun = null;
        while (true)
        {
            var found = await runs.FindWithStagesAsync(id, cancellationToken).ConfigureAwait(false)
                ?? throw new CelerityException(ErrorCodes.UnknownRun, $"There is no run '{id}'. GET /api/runs lists the runs.");
            if (found.FindGeneration(command) is { } made)
            {
                return await FinishAsync(id, made, pendingRun, cancellationToken).ConfigureAwait(false);
            }

            RequireEnd(found.Run, after);
            await CheckAsync(found, restart, cancellationToken).ConfigureAwait(false);
            pendingRun = await pending.WriteAsync(id, cancellationToken).ConfigureAwait(false);
            var generation = NextOf(found.Run, restart, command, note);
            if (await runs.TryRestartAsync(found.Run, generation, cancellationToken).ConfigureAwait(false))
            {
                return await FinishAsync(id, generation, pendingRun, cancellationToken).ConfigureAwait(false);
            }
        }
    }

    /// <exception cref="CelerityException">CEL0362: it is being purged; CEL0345: it has not ended, or not in the generation that is asked for.</exception>
    public static void RequireEnd(RunRecord run, int? after = null)
    {
        if (run.State == RunState.Purging)
        {
            throw new CelerityException(ErrorCodes.RunPurging, $"The run {run.Id} is being purged.");
        }

        if (!run.State.IsEnd() || (after ?? run.Generation) != run.Generation)
        {
            throw new CelerityException(
                ErrorCodes.RunAtWork, $"The run {run.Id} is at work ({run.State}, generation {run.Generation}). Wait for its end, or cancel it first.");
        }
    }

    private async ValueTask<RunGeneration> FinishAsync(string id, RunGeneration generation, PendingRun? pendingRun, CancellationToken cancellationToken)
    {
        await audit.AddOnceAsync(
            "runs.restart", id, new ActionNote(generation.Who, generation.Why), generation.At, generation.Command, CelerityJson.Write(generation.Restart), cancellationToken)
            .ConfigureAwait(false);

        // Only the note that this pass has written: another may be starting the run by a later one, and two might start it twice.
        if (pendingRun is not null)
        {
            await pending.MakeDueAsync(pendingRun, cancellationToken).ConfigureAwait(false);
        }

        return generation;
    }

    private RunGeneration NextOf(RunRecord run, RunRestart restart, string command, ActionNote note) => new()
    {
        Number = run.Generation + 1,
        Command = command,
        Restart = restart,
        Who = note.Who.AtMost(200),
        Why = note.Why.AtMost(FailureRecord.MaxMessageChars),
        At = time.GetUtcNow(),
        Before = run.State,
        BeforeEndedAt = run.EndedAt,
        BeforeErrorCode = run.ErrorCode,
        BeforeErrorMessage = run.ErrorMessage,
        BeforeResultBlob = run.ResultBlob,
    };

    private async ValueTask CheckAsync(RunDetails found, RunRestart restart, CancellationToken cancellationToken)
    {
        var run = found.Run;
        if (run.Generation >= MaxGenerations)
        {
            throw new CelerityException(ErrorCodes.NothingToRepeat, $"The run {run.Id} has {run.Generation} generations; the limit is {MaxGenerations}. Start a new run.");
        }

        // From the first stage on is from the beginning, also where no stage was begun.
        var stages = found.Stages.Select(stage => stage.Key.Stage).DefaultIfEmpty(1).Max();
        if (restart.Kind == RestartKind.Stage && (restart.Stage < 1 || restart.Stage > stages))
        {
            throw new CelerityException(ErrorCodes.SettingOutOfRange, $"stage is {restart.Stage}; the run {run.Id} has come to {stages} stages, so it must be 1 to {stages}.");
        }

        if (restart.Kind == RestartKind.Failed && run.State is RunState.Succeeded or RunState.SucceededWithErrors && !run.HasFailedTasks
            && !await HasDeadAsync(found, cancellationToken).ConfigureAwait(false))
        {
            throw new CelerityException(
                ErrorCodes.NothingToRepeat, $"No chunk and no task of the run {run.Id} failed ({run.State}): there is nothing to retry. Restart it from a stage to run that again.");
        }
    }

    private async ValueTask<bool> HasDeadAsync(RunDetails found, CancellationToken cancellationToken)
    {
        foreach (var stage in found.Current)
        {
            var pages = await ledger.ReadRootAsync(stage.Key, stage.Layout, cancellationToken).ConfigureAwait(false);
            if (pages.Values.Any(page => page.Count.Dead > 0))
            {
                return true;
            }
        }

        return false;
    }
}
