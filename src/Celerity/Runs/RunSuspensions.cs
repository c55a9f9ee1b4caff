using Celerity.Controls;
using Celerity.Holding;
using Celerity.Maintenance;
using Celerity.Storage;
using Celerity.Tasks.Sending;

namespace Celerity.Runs;

/// <summary>
/// Suspends generations of runs and resumes them: an entry of the board holds their chunks and the tasks they wait for, as the pause of a queue does. An entry stays until its generation
/// has ended, for the watch goes by when it was resumed.
/// </summary>
internal sealed class RunSuspensions(RunStore runs, ControlStore store, ControlBoard board, AuditLog audit, HeldQueues held, TaskQueues queues, TimeProvider time) : IMaintenanceStep
{
    // The board stays one request.
    private const int MaxEntries = 500;

    public async Task<bool> SuspendAsync(string run, ActionNote note, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(note);
        var record = await GetAsync(run, cancellationToken).ConfigureAwait(false);
        if (record.State is not (RunState.Pending or RunState.Running))
        {
            throw new CelerityException(ErrorCodes.RunEnded, $"The run {run} has ended or is being cancelled ({record.State}); there is nothing to suspend.");
        }

        var controls = await board.RefreshAsync(cancellationToken).ConfigureAwait(false);
        if (controls.Entries.Count(entry => entry.Kind == ControlKind.SuspendRun) >= MaxEntries)
        {
            throw new CelerityException(
                ErrorCodes.TooManySuspended, $"{MaxEntries} runs that have not ended are suspended, or were; that is the limit. Pause the queue '{StorageNames.ChunksQueue}' to hold all runs.");
        }

        return await SetAsync(record, isSuspended: true, note, refills: [], cancellationToken).ConfigureAwait(false);
    }

    public async Task<bool> ResumeAsync(string run, ActionNote note, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(note);
        var record = await GetAsync(run, cancellationToken).ConfigureAwait(false);
        var isChanged = await SetAsync(record, isSuspended: false, note, [.. queues.Held], cancellationToken).ConfigureAwait(false);

        // Also where it was resumed before: whoever did so may have died before this.
        await held.RefillNowAsync(cancellationToken).ConfigureAwait(false);
        return isChanged;
    }

    /// <summary>Lets go what runs still hold that have ended, so that it is dropped, and then drops their entries.</summary>
    public async ValueTask RunAsync(CancellationToken cancellationToken)
    {
        var controls = await board.GetAsync(cancellationToken).ConfigureAwait(false);
        foreach (var entry in controls.Entries.Where(entry => entry.Kind == ControlKind.SuspendRun))
        {
            var id = ControlEntry.RunOf(entry.Target);
            var run = await runs.FindAsync(id, cancellationToken).ConfigureAwait(false);
            if (run is not null && !run.State.IsEnd() && ControlEntry.GenerationOf(id, run.Generation) == entry.Target)
            {
                continue;
            }

            if (entry.Read<PauseNote>().IsPaused)
            {
                _ = await store.ChangeAsync(
                    entry.Kind, entry.Target, stored => ValueOf(stored, isSuspended: false, new ActionNote("", "")), audit: null, [.. queues.Held], cancellationToken).ConfigureAwait(false);
            }
            else
            {
                _ = await store.TryDeleteAsync(entry, cancellationToken).ConfigureAwait(false);
            }
        }
    }

    private async ValueTask<RunRecord> GetAsync(string run, CancellationToken cancellationToken) =>
        (RunKey.IsId(run) ? await runs.FindAsync(run, cancellationToken).ConfigureAwait(false) : null) ?? throw RunStore.Unknown();

    private async ValueTask<bool> SetAsync(RunRecord run, bool isSuspended, ActionNote note, IReadOnlyList<string> refills, CancellationToken cancellationToken)
    {
        var isChanged = await store.ChangeAsync(
            ControlKind.SuspendRun,
            ControlEntry.GenerationOf(run.Id, run.Generation),
            entry => ValueOf(entry, isSuspended, note),
            (_, _) => audit.NewRow(isSuspended ? "runs.suspend" : "runs.resume", run.Id, note),
            refills,
            cancellationToken).ConfigureAwait(false);
        _ = await board.RefreshAsync(cancellationToken).ConfigureAwait(false);
        return isChanged;
    }

    private string? ValueOf(ControlEntry? entry, bool isSuspended, ActionNote note) => (entry?.Read<PauseNote>().IsPaused == true) == isSuspended
        ? null
        : CelerityJson.Write(new PauseNote(isSuspended, time.GetUtcNow(), note.Who, note.Why));
}
