using Celerity.Controls;
using Celerity.Storage;

namespace Celerity.Runs.Purging;

/// <summary>
/// Purges of many runs. Each is stored and goes on, a page of runs a step, until all that fit are marked; maintenance deletes them and tells when the last is gone.
/// </summary>
internal sealed class PurgeActions(RunStore runs, RunPurge purge, ITableStore tables, AuditLog audit, TimeProvider time)
{
    private const int MaxMarked = 50;
    private const int MaxLooked = 1000;
    private const int MaxSamples = 10;

    private static readonly TimeSpan KeepFor = TimeSpan.FromDays(30);

    /// <summary>Tells what a purge would do, by a look at up to 1,000 runs.</summary>
    public async ValueTask<RunPurgePreview> PreviewAsync(RunFilter filter, CancellationToken cancellationToken)
    {
        var page = await runs.ListAsync(filter, after: null, MaxLooked, cancellationToken).ConfigureAwait(false);
        var fit = page.Runs.Where(CanGo).ToList();
        return new RunPurgePreview(page.Runs.Count, fit.Count, [.. fit.Take(MaxSamples).Select(run => run.Id)], page.Next is not null);
    }

    /// <summary>Stores a purge of the runs that were started before now, have ended and fit.</summary>
    public async ValueTask<PurgeAction> AddAsync(RunFilter filter, ActionNote note, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var action = new PurgeAction
        {
            Id = Guid.CreateVersion7(now).ToString("N"),
            Filter = filter with { Before = filter.Before < now ? filter.Before : now },
            Who = note.Who.AtMost(200),
            Why = note.Why.AtMost(1000),
            CreatedAt = now,
        };
        await action.AddAsync(tables, cancellationToken).ConfigureAwait(false);
        await audit.AddOnceAsync("runs.purgeMany", action.Id, note, now, action.Id, CelerityJson.Write(filter), cancellationToken).ConfigureAwait(false);
        return action;
    }

    public ValueTask<PurgeAction?> FindAsync(string id, CancellationToken cancellationToken) => PurgeAction.FindAsync(tables, id, cancellationToken);

    /// <summary>Lists purges, the newest first.</summary>
    public async ValueTask<IReadOnlyList<PurgeAction>> ListAsync(CancellationToken cancellationToken)
    {
        var rows = await tables.QueryAsync(StorageNames.ControlTable, new TableQuery(PurgeAction.Partition), cancellationToken).ToListAsync(cancellationToken).ConfigureAwait(false);
        return [.. rows.Select(PurgeAction.From).OrderByDescending(action => action.CreatedAt)];
    }

    /// <summary>Goes on with all that have not ended: a step each.</summary>
    /// <param name="notes">The runs that are noted as to be purged.</param>
    /// <param name="cancellationToken">Stops between two runs.</param>
    public async ValueTask GoOnAsync(IReadOnlyList<PurgeNote> notes, CancellationToken cancellationToken)
    {
        foreach (var action in await ListAsync(cancellationToken).ConfigureAwait(false))
        {
            if (!action.IsMarked)
            {
                _ = await StepAsync(action, cancellationToken).ConfigureAwait(false);
            }
            else if (action.EndedAt is null)
            {
                _ = await CountAsync(action, notes, cancellationToken).ConfigureAwait(false);
            }
            else if (time.GetUtcNow() - action.EndedAt > KeepFor)
            {
                await action.DropAsync(tables, cancellationToken).ConfigureAwait(false);
            }
        }
    }

    /// <summary>Marks the runs of a page. Made again, it counts those that it had marked before it died.</summary>
    public async ValueTask<bool> StepAsync(PurgeAction action, CancellationToken cancellationToken)
    {
        var marked = 0;
        var page = await runs.ListAsync(action.Filter with { State = null }, action.Cursor, MaxMarked, cancellationToken).ConfigureAwait(false);
        foreach (var run in page.Runs)
        {
            var isMine = run.State == RunState.Purging
                ? (await PurgeNote.FindAsync(tables, run.Id, cancellationToken).ConfigureAwait(false))?.Action == action.Id
                : action.Filter.Fits(run) && CanGo(run) && await MarkAsync(run.Id, action, cancellationToken).ConfigureAwait(false);
            marked += isMine ? 1 : 0;
        }

        var next = action with { Cursor = page.Next, IsMarked = page.Next is null, Marked = action.Marked + marked, Left = action.Left + marked };
        return await next.TryReplaceAsync(tables, cancellationToken).ConfigureAwait(false);
    }

    private ValueTask<bool> CountAsync(PurgeAction action, IReadOnlyList<PurgeNote> notes, CancellationToken cancellationToken)
    {
        var left = notes.Count(note => note.Action == action.Id);
        return left == action.Left && left > 0
            ? ValueTask.FromResult(true)
            : (action with { Left = left, EndedAt = left == 0 ? time.GetUtcNow() : null }).TryReplaceAsync(tables, cancellationToken);
    }

    private async ValueTask<bool> MarkAsync(string id, PurgeAction action, CancellationToken cancellationToken) =>
        await runs.FindAsync(id, cancellationToken).ConfigureAwait(false) is { } run && run.State.IsEnd() && run.State != RunState.Purging
        && await purge.TryMarkAsync(run, action.Id, cancellationToken).ConfigureAwait(false) is { State: RunState.Purging };

    private static bool CanGo(RunSummary run) => run.State.IsEnd() && run.State != RunState.Purging;
}
