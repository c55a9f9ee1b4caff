using Celerity.Stages;

namespace Celerity.Runs;

/// <summary>Starts the orchestrations of runs. A run that was accepted begins, whatever crashes in between: <see cref="StartPendingAsync(IRunInstances, CancellationToken)"/> sees to it.</summary>
internal sealed class RunStarts(RunStore runs, PendingRuns pending, RunLifecycle lifecycle)
{
    /// <summary>Starts a new run.</summary>
    /// <param name="run">The run.</param>
    /// <param name="instances">Where its orchestration is started; <see langword="null"/> to leave that to maintenance.</param>
    /// <param name="cancellationToken">Stops the wait. It may be started all the same.</param>
    /// <returns>The run that is there now: another may have started one under this id.</returns>
    public async ValueTask<RunRecord> StartAsync(RunRecord run, IRunInstances? instances, CancellationToken cancellationToken)
    {
        // The note is written before the run, so that a crash right after the run's row does not leave it pending for ever.
        var note = await pending.WriteAsync(run.Id, cancellationToken).ConfigureAwait(false);
        if (!await runs.TryInsertAsync(run, cancellationToken).ConfigureAwait(false))
        {
            // Another starts it now; or it has died, and the note tells. Two that start one orchestration might start it twice.
            return await runs.FindAsync(run.Id, cancellationToken).ConfigureAwait(false) ?? run;
        }

        if (instances is null)
        {
            await pending.MakeDueAsync(note, cancellationToken).ConfigureAwait(false);
            return run;
        }

        await instances.StartAsync(run, cancellationToken).ConfigureAwait(false);
        await pending.DeleteAsync(note, cancellationToken).ConfigureAwait(false);
        return run;
    }

    /// <summary>Starts the runs whose start was interrupted, and those that somebody has asked to be started again.</summary>
    public async ValueTask StartPendingAsync(IRunInstances instances, CancellationToken cancellationToken)
    {
        await foreach (var note in pending.ListDueAsync(cancellationToken).ConfigureAwait(false))
        {
            await StartPendingAsync(note, instances, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Starts a run that was asked to be started again, without waiting for the next round.</summary>
    public async ValueTask StartPendingAsync(string run, IRunInstances instances, CancellationToken cancellationToken)
    {
        if (await pending.FindDueAsync(run, cancellationToken).ConfigureAwait(false) is { } note)
        {
            await StartPendingAsync(note, instances, cancellationToken).ConfigureAwait(false);
        }
    }

    private async ValueTask StartPendingAsync(PendingRun note, IRunInstances instances, CancellationToken cancellationToken)
    {
        // One that was cancelled before it began ends by its orchestration, too.
        if (await runs.FindAsync(note.Run, cancellationToken).ConfigureAwait(false) is { State: RunState.Pending or RunState.Cancelling } run)
        {
            // Refused: somebody has just begun to start it.
            if (await pending.TryTakeAsync(note, cancellationToken).ConfigureAwait(false) is not { } taken)
            {
                return;
            }

            note = taken;
            try
            {
                await instances.StartAsync(run, cancellationToken).ConfigureAwait(false);
            }
            catch (CelerityException exception)
            {
                await lifecycle.FinishAsync(run.Id, run.Generation, result: null, StageFault.From(exception), cancellationToken).ConfigureAwait(false);
            }
        }

        await pending.DeleteAsync(note, cancellationToken).ConfigureAwait(false);
    }
}
