using Celerity.Holding;
using Celerity.Storage;
using Celerity.Tasks;
using Celerity.Tasks.Sending;

namespace Celerity.Controls;

/// <summary>Writes the board.</summary>
internal sealed class AppControl(
    ControlStore store, ControlBoard board, AuditLog audit, HeldQueues held, TaskRegistry registry, TaskQueues queues, TimeProvider time) : IAppControl
{
    public Task<bool> PauseQueueAsync(string queue, ActionNote note, CancellationToken cancellationToken = default)
    {
        Check(queue);
        return SetPauseAsync(ControlKind.PauseQueue, queue, isPaused: true, note, [], cancellationToken);
    }

    public Task<bool> ResumeQueueAsync(string queue, ActionNote note, CancellationToken cancellationToken = default)
    {
        Check(queue);
        return SetPauseAsync(ControlKind.PauseQueue, queue, isPaused: false, note, [queue], cancellationToken);
    }

    public Task<bool> PauseTaskAsync(string task, ActionNote note, CancellationToken cancellationToken = default) =>
        SetPauseAsync(ControlKind.PauseTask, TargetOf(task), isPaused: true, note, [], cancellationToken);

    public Task<bool> ResumeTaskAsync(string task, ActionNote note, CancellationToken cancellationToken = default) =>
        SetPauseAsync(ControlKind.PauseTask, TargetOf(task), isPaused: false, note, queues.Names, cancellationToken);

    public async Task<IReadOnlyList<Pause>> ListPausesAsync(CancellationToken cancellationToken = default)
    {
        var controls = await board.RefreshAsync(cancellationToken).ConfigureAwait(false);
        return [.. controls.Pauses.Select(pause => new Pause(
            pause.Kind == ControlKind.PauseQueue ? pause.Target : null,
            pause.Kind == ControlKind.PauseTask ? pause.Target : null,
            pause.Note.At,
            pause.Note.Who,
            pause.Note.Why)
        {
            Run = pause.Kind == ControlKind.SuspendRun ? pause.Target[..pause.Target.IndexOf('.', StringComparison.Ordinal)] : null,
        })];
    }

    public async Task<IReadOnlyDictionary<string, string>> GetSettingsAsync(string task, CancellationToken cancellationToken = default)
    {
        var entry = await store.FindAsync(ControlKind.Settings, TargetOf(task), cancellationToken).ConfigureAwait(false);
        return entry?.Read<Dictionary<string, string>>() ?? [];
    }

    public async Task SetAsync(string task, IReadOnlyDictionary<string, string> settings, ActionNote note, CancellationToken cancellationToken = default)
    {
        var target = TargetOf(task);
        _ = registry.SettingsWith(registry.GetSendable(task), settings);
        var value = CelerityJson.Write(settings);
        await store.ChangeAsync(
            ControlKind.Settings,
            target,
            _ => value,
            (was, becomes) => audit.NewRow("task.settings", target, note, $$"""{"was":{{was ?? "{}"}},"is":{{becomes}}}"""),
            refills: [],
            cancellationToken).ConfigureAwait(false);
        await board.RefreshAsync(cancellationToken).ConfigureAwait(false);
    }

    public Task<AuditPage> ListAuditAsync(string? after = null, int limit = 100, CancellationToken cancellationToken = default) =>
        audit.ListAsync(after, limit, cancellationToken).AsTask();

    // Nobody sends tasks to the queue of chunks, but it can be paused like any other.
    private void Check(string queue)
    {
        if (queue != StorageNames.ChunksQueue)
        {
            queues.Check(queue);
        }
    }

    private string TargetOf(string task) => ControlEntry.TargetOf(registry.GetSendable(task).Settings.Name);

    private async Task<bool> SetPauseAsync(
        ControlKind kind, string target, bool isPaused, ActionNote note, IReadOnlyList<string> refills, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(note);
        var value = CelerityJson.Write(new PauseNote(isPaused, time.GetUtcNow(), note.Who, note.Why));
        var (what, verb) = (kind == ControlKind.PauseQueue ? "queue" : "task", isPaused ? "pause" : "resume");
        var isChanged = await store.ChangeAsync(
            kind,
            target,
            entry => (entry?.Read<PauseNote>().IsPaused == true) == isPaused ? null : value,
            (_, _) => audit.NewRow($"{what}.{verb}", target, note),
            refills,
            cancellationToken).ConfigureAwait(false);
        await board.RefreshAsync(cancellationToken).ConfigureAwait(false);
        if (refills.Count > 0)
        {
            await held.RefillNowAsync(cancellationToken).ConfigureAwait(false);
        }

        return isChanged;
    }
}
