using Celerity.Expiry;
using Celerity.Storage;
using Microsoft.Extensions.Options;

namespace Celerity.Runs.Purging;

/// <summary>Marks runs to be purged that ended longer ago than they are kept: a page a round, so that a round takes some 20 requests and 4 for each run.</summary>
internal sealed class RunRetention(RunStore runs, RunPurge purge, ITableStore tables, IOptions<RunOptions> options, TimeProvider time)
{
    private const string Walk = "runs";
    private const int MaxMarked = 50;

    private static readonly TimeSpan Rest = TimeSpan.FromHours(1);

    public async ValueTask RunAsync(CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        if (options.Value.Retention == TimeSpan.Zero)
        {
            return;
        }

        var cursor = await ExpiryCursor.ReadAsync(tables, Walk, cancellationToken).ConfigureAwait(false);
        if (cursor.RestUntil > now)
        {
            return;
        }

        var before = now - options.Value.Retention;
        var page = await runs.ListAsync(
            new RunFilter { Before = before }, cursor.Partition.Length > 0 ? cursor.Partition : null, MaxMarked, cancellationToken).ConfigureAwait(false);
        foreach (var run in page.Runs.Where(run => run.State.IsEnd() && run.State != RunState.Purging && run.EndedAt <= before))
        {
            if (await runs.FindAsync(run.Id, cancellationToken).ConfigureAwait(false) is { } found && found.State.IsEnd() && found.EndedAt <= before)
            {
                _ = await purge.TryMarkAsync(found, action: "", cancellationToken).ConfigureAwait(false);
            }
        }

        cursor = page.Next is { } next ? cursor with { Partition = next, RestUntil = now } : cursor with { Partition = "", RestUntil = now + Rest };
        await cursor.WriteAsync(tables, Walk, cancellationToken).ConfigureAwait(false);
    }
}
