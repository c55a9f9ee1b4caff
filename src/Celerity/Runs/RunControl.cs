using Celerity.Controls;
using Celerity.Runs.Purging;
using Microsoft.Extensions.Logging;

namespace Celerity.Runs;

/// <summary>Changes runs, for code and HTTP alike. What is to begin or to wake does so at once where this process has a client; else maintenance and the waiting steps see to it.</summary>
internal sealed partial class RunControl(
    RunStore runs, RunLifecycle lifecycle, RunSuspensions suspensions, RunRestarts restarts, RunStarts starts, RunPurge purge, PurgeActions actions, ILastInstances last, AuditLog audit, ILogger<RunControl> logger) : IRunControl
{
    private const int MaxActionIdChars = 100;

    public async Task<bool> SuspendAsync(string run, ActionNote note, CancellationToken cancellationToken = default)
    {
        var isChanged = await suspensions.SuspendAsync(run, note, cancellationToken).ConfigureAwait(false);
        await WakeAsync(await runs.FindAsync(run, cancellationToken).ConfigureAwait(false), cancellationToken).ConfigureAwait(false);
        return isChanged;
    }

    public async Task<bool> ResumeAsync(string run, ActionNote note, CancellationToken cancellationToken = default)
    {
        var isChanged = await suspensions.ResumeAsync(run, note, cancellationToken).ConfigureAwait(false);
        await WakeAsync(await runs.FindAsync(run, cancellationToken).ConfigureAwait(false), cancellationToken).ConfigureAwait(false);
        return isChanged;
    }

    public async Task<RunSummary> CancelAsync(string run, ActionNote note, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(note);
        var record = await lifecycle.CancelAsync(Checked(run), cancellationToken).ConfigureAwait(false) ?? throw RunStore.Unknown();
        await audit.AddAsync("runs.cancel", run, note, cancellationToken).ConfigureAwait(false);
        await WakeAsync(record, cancellationToken).ConfigureAwait(false);
        return RunSummaries.From(record);
    }

    public Task<int> RetryFailedAsync(string run, ActionNote note, CancellationToken cancellationToken = default) =>
        RestartAsync(run, RunRestart.Failed, note, cancellationToken);

    public Task<int> RestartAsync(string run, ActionNote note, int stage = 1, CancellationToken cancellationToken = default) =>
        RestartAsync(run, new RunRestart(RestartKind.Stage, stage), note, cancellationToken);

    public async Task<PurgedRun> PurgeAsync(string run, ActionNote note, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(note);
        var record = await purge.MarkAsync(run, note, cancellationToken).ConfigureAwait(false);
        var deleted = last.Find() is { } instances ? await purge.BeginAsync(run, instances, cancellationToken).ConfigureAwait(false) : default;
        return new PurgedRun(record.Id, record.State, deleted, RunPurge.GoneAt(record));
    }

    public Task<RunPurgePreview> PreviewPurgeAsync(RunFilter filter, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(filter);
        return actions.PreviewAsync(filter, cancellationToken).AsTask();
    }

    public async Task<RunPurgeAction> PurgeAsync(RunFilter filter, ActionNote note, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(filter);
        ArgumentNullException.ThrowIfNull(note);
        var action = await actions.AddAsync(filter, note, cancellationToken).ConfigureAwait(false);

        // What dies here goes on within a minute: the action is stored.
        _ = await actions.StepAsync((await actions.FindAsync(action.Id, cancellationToken).ConfigureAwait(false))!, cancellationToken).ConfigureAwait(false);
        return (await FindPurgeAsync(action.Id, cancellationToken).ConfigureAwait(false))!;
    }

    public async Task<RunPurgeAction?> FindPurgeAsync(string id, CancellationToken cancellationToken = default) =>
        id is { Length: <= MaxActionIdChars } ? (await actions.FindAsync(id, cancellationToken).ConfigureAwait(false))?.ToPublic() : null;

    public async Task<IReadOnlyList<RunPurgeAction>> ListPurgesAsync(CancellationToken cancellationToken = default) =>
        [.. (await actions.ListAsync(cancellationToken).ConfigureAwait(false)).Select(action => action.ToPublic())];

    private async Task<int> RestartAsync(string run, RunRestart restart, ActionNote note, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(note);
        var generation = await restarts.RestartAsync(Checked(run), restart, Guid.NewGuid().ToString("N"), note, cancellationToken).ConfigureAwait(false);
        await AtOnceAsync(run, instances => starts.StartPendingAsync(run, instances, cancellationToken), cancellationToken).ConfigureAwait(false);
        return generation.Number;
    }

    private ValueTask WakeAsync(RunRecord? run, CancellationToken cancellationToken) => run is null
        ? ValueTask.CompletedTask
        : AtOnceAsync(run.Id, instances => instances.WakeAsync(run.Id, run.Generation, cancellationToken), cancellationToken);

    // The change is stored: that it is not acted upon at once must not look as if it were refused.
    private async ValueTask AtOnceAsync(string run, Func<IRunInstances, ValueTask> act, CancellationToken cancellationToken)
    {
        try
        {
            if (last.Find() is { } instances)
            {
                await act(instances).ConfigureAwait(false);
            }
        }
        catch (Exception exception) when (!cancellationToken.IsCancellationRequested)
        {
            LogLeft(logger, run, exception);
        }
    }

    // What is no id is answered like an id that does not exist, and never reaches the storage.
    private static string Checked(string run) => RunKey.IsId(run) ? run : throw RunStore.Unknown();

    [LoggerMessage(2742, LogLevel.Warning, "The change of the run {Run} is stored, but its orchestrations could not be told; they find out by themselves, within two minutes")]
    private static partial void LogLeft(ILogger logger, string run, Exception exception);
}
