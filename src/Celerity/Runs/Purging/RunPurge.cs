using Celerity.Controls;
using Celerity.Storage;
using Microsoft.Extensions.Logging;

namespace Celerity.Runs.Purging;

/// <summary>
/// Purges a run that has ended. It is noted, then marked as purging: from then on nobody starts it again, and no late slice writes of it. What it wrote goes once nothing of
/// it can be at work any more; its own row goes last, and the note after that.
/// </summary>
internal sealed partial class RunPurge(RunStore runs, RunSweep sweep, ITableStore tables, AuditLog audit, TimeProvider time, ILogger<RunPurge> logger)
{
    /// <summary>How long after the mark whoever has not seen it may still write a letter.</summary>
    public static readonly TimeSpan Settled = TimeSpan.FromMinutes(10);

    /// <summary>How long after a run's end an activity or a chunk that heeds no cancelling may still write.</summary>
    public static readonly TimeSpan Left = TimeSpan.FromHours(1);

    /// <summary>Marks a run that somebody names, and records who did.</summary>
    /// <exception cref="CelerityException">CEL0313: there is no such run; CEL0345: it has not ended.</exception>
    public async ValueTask<RunRecord> MarkAsync(string id, ActionNote note, CancellationToken cancellationToken)
    {
        var run = RunKey.IsId(id) ? await runs.FindAsync(id, cancellationToken).ConfigureAwait(false) : null;
        while (run is not { State: RunState.Purging })
        {
            RunRestarts.RequireEnd(run ?? throw RunStore.Unknown());
            run = await TryMarkAsync(run, action: "", cancellationToken).ConfigureAwait(false);
        }

        await audit.AddOnceAsync("runs.purge", id, note, run.PurgingAt!.Value, id, details: null, cancellationToken).ConfigureAwait(false);
        return run;
    }

    /// <summary>Marks a run that has ended, in the generation that was read.</summary>
    /// <param name="run">The run as it was read.</param>
    /// <param name="action">The purge of many that asks for it, or empty.</param>
    /// <param name="cancellationToken">Stops the wait. It may be purged all the same.</param>
    /// <returns>The run as it is now; <see langword="null"/> where it is gone.</returns>
    public async ValueTask<RunRecord?> TryMarkAsync(RunRecord run, string action, CancellationToken cancellationToken)
    {
        await new PurgeNote(run.Id, run.Generation, action, time.GetUtcNow()).WriteAsync(tables, cancellationToken).ConfigureAwait(false);
        return await MarkAsync(run.Id, run.Generation, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Deletes what can go at once, for who waits for an answer. What is left goes with the last sweep.</summary>
    public async ValueTask<RunPurgeCount> BeginAsync(string id, IRunInstances instances, CancellationToken cancellationToken) =>
        await runs.FindWithStagesAsync(id, cancellationToken).ConfigureAwait(false) is { Run.State: RunState.Purging } found
            ? (await sweep.SweepAsync(found, instances, isLast: false, cancellationToken).ConfigureAwait(false)).Count
            : default;

    /// <summary>Goes on with a purge that is noted.</summary>
    /// <returns>Whether it is over.</returns>
    public async ValueTask<bool> GoOnAsync(PurgeNote note, IRunInstances instances, CancellationToken cancellationToken)
    {
        var run = await MarkAsync(note.Run, note.Generation, cancellationToken).ConfigureAwait(false);
        if (run is { State: RunState.Purging })
        {
            if (time.GetUtcNow() < GoneAt(run)
                || await runs.FindWithStagesAsync(note.Run, cancellationToken).ConfigureAwait(false) is not { } found
                || await sweep.SweepAsync(found, instances, isLast: true, cancellationToken).ConfigureAwait(false) is not (var count, IsWhole: true)
                || await sweep.DeleteRowsAsync(found.Run, cancellationToken).ConfigureAwait(false) is not (var rows, AreGone: true))
            {
                return false;
            }

            LogPurged(logger, note.Run, count.Rows + rows, count.Blobs, count.Letters);
        }

        // Gone, or started again before it was marked.
        await note.DeleteAsync(tables, cancellationToken).ConfigureAwait(false);
        return true;
    }

    /// <summary>When the last sweep of a run that is marked may begin.</summary>
    public static DateTimeOffset GoneAt(RunRecord run)
    {
        var (settled, left) = (run.PurgingAt!.Value + Settled, (run.EndedAt ?? run.CreatedAt) + Left);
        return settled > left ? settled : left;
    }

    private ValueTask<RunRecord?> MarkAsync(string id, int generation, CancellationToken cancellationToken) => runs.ChangeAsync(
        id,
        run => run.State.IsEnd() && run.State != RunState.Purging && run.Generation == generation
            ? run with { State = RunState.Purging, PurgingAt = time.GetUtcNow() }
            : null,
        cancellationToken);

    [LoggerMessage(2740, LogLevel.Information, "The run {Run} is purged: with it went {Rows} rows, {Blobs} blobs and {Letters} dead letters")]
    private static partial void LogPurged(ILogger logger, string run, int rows, int blobs, int letters);
}
